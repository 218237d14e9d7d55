/** The whole loop of an agent without a mouse. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../setup/eventually.ts';
import { bubble, composer, thread } from './desk.ts';
import { conversation, openHouse, said, webchat, type House } from './house.ts';
import { say, settled, visit } from './visitor.ts';
import { fill } from './words.ts';

const customers = ['the first parcel', 'the second parcel', 'the third parcel'];
let house: House;
beforeAll(async () => { house = await openHouse('keyboard_e2e'); }, 120_000);
afterAll(() => house.stop());
afterEach((story) => house.leave(story));

it('accepts, walks, replies, notes, snoozes, assigns and resolves by keys alone', async () => {
  const { server } = house;
  const demo = `${server.url}/demo?channel=${await webchat(server, 'Shop', { bot: false })}`;
  const [bo, ann] = [await house.hire({ name: 'Bo Berg', locale: 'en' }), await house.hire({ name: 'Ann Archer', locale: 'en' })];
  await house.hire({ name: 'Cleo', locale: 'en' });
  const desk = await house.sit(ann);
  const { page, w } = desk;
  await page.getByText(w.list.empty.mine).waitFor();
  const keys = page.keyboard;

  // The palette sets the state: Ctrl+K, a few letters, Enter.
  await keys.press('Control+k');
  await page.getByRole('dialog').getByPlaceholder(w.palette.hint).waitFor();
  await keys.type(w.state.available);
  await page.getByRole('option', { name: w.state.available }).first().waitFor();
  await keys.press('Enter');
  await page.getByRole('button', { name: fill(w.state.button, { state: w.state.available, share: 0 }) }).waitFor();

  // Y takes what is offered.
  const ids: string[] = [];
  for (const words of customers) {
    const { chat } = await visit(await house.context(), demo);
    await say(chat, words);
    await settled(chat);
    await page.getByRole('button', { name: w.offer.accept }).waitFor();
    await keys.press('y');
    await bubble(desk, words).waitFor();
    ids.push(await eventually(() => conversation(server, words)));
  }
  const [first, second, third] = ids;
  const at = () => new URL(page.url()).pathname.split('/').at(-1);
  expect(at()).toBe(third);

  // J and K walk; newest first.
  await keys.press('j');
  await bubble(desk, 'the second parcel').waitFor();
  await keys.press('j');
  await bubble(desk, 'the first parcel').waitFor();
  expect(at()).toBe(first);
  await keys.press('k');
  await bubble(desk, 'the second parcel').waitFor();

  // R replies; single letters are text there.
  await keys.press('r');
  await expect.poll(() => composer(desk).evaluate((area) => document.activeElement === area)).toBe(true);
  await keys.type('just re-sent, jerky');
  await keys.press('Shift+Enter');
  await keys.type('k?');
  await keys.press('Enter');
  await expect.poll(() => said(server, second ?? '')).toEqual(['the second parcel', 'just re-sent, jerky\nk?']);
  expect(at()).toBe(second);

  // Alt with the same letter works while writing: a note, and back out with Escape.
  await keys.press('Alt+n');
  await expect.poll(() => page.getByRole('combobox', { name: w.composer.note }).evaluate((area) => document.activeElement === area)).toBe(true);
  await keys.type('remember @Cl');
  await page.getByRole('option', { name: 'Cleo' }).waitFor();
  await keys.press('Enter');
  await keys.press('Enter');
  await thread(desk).getByRole('article', { name: fill(w.entry.noteBy, { name: w.entry.me }) }).getByText('@Cleo').waitFor();
  await keys.press('Escape');

  // ? lists the keys, Escape closes the list.
  await keys.press('Shift+?');
  const sheet = page.getByRole('dialog', { name: w.nav.shortcuts });
  await sheet.getByText(w.shortcuts.resolve).waitFor();
  await keys.press('j');
  expect(at()).toBe(second);
  await keys.press('Escape');
  await sheet.waitFor({ state: 'detached' });

  // S snoozes with the first suggestion.
  await keys.press('s');
  await page.getByRole('group', { name: w.action.snooze }).waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest('[role=group], [role=dialog]') !== null)).toBe(true);
  await keys.press('Enter');
  const status = async (id: string | undefined) => (await server.api('GET', `/conversations/${id}`)).as(z.object({ status: z.string(), assigneeId: z.string().nullable() }));
  await expect.poll(async () => (await status(second)).status).toBe('snoozed');
  await page.getByRole('group', { name: w.action.snooze }).waitFor({ state: 'detached' });

  // A gives the next one to a colleague. The one replied to last stands first.
  await keys.press('j');
  await expect.poll(at).toBe(third);
  await bubble(desk, 'the third parcel').waitFor();
  await keys.press('a');
  await page.getByRole('dialog', { name: w.action.assign }).getByPlaceholder(w.assign.hint).waitFor();
  await keys.type('Bo B');
  await page.getByRole('option', { name: 'Bo Berg' }).waitFor();
  await keys.press('Enter');
  await expect.poll(async () => (await status(third)).assigneeId).toBe(bo.id);

  // E resolves and goes on to the next.
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  await page.goto(`${server.url}/inbox/${first}`);
  await bubble(desk, 'the first parcel').waitFor();
  await keys.press('e');
  await expect.poll(async () => (await status(first)).status).toBe('resolved');
  await expect.poll(at).not.toBe(first);

  // / goes to the search; what is typed there is no shortcut.
  await keys.press('/');
  await keys.type('zebra je');
  await page.getByText(w.list.noMatch).waitFor();
  expect(await page.getByRole('searchbox', { name: w.list.search }).inputValue()).toBe('zebra je');
  expect(desk.wrong).toEqual([]);
}, 60_000);
