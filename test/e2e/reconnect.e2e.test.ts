/** An agent's connection breaks while a colleague and the customer go on: nothing missed, nothing doubled, and no two answers by accident. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { layWire, type Wire } from '../mail/wire.ts';
import { eventually } from '../setup/eventually.ts';
import { freePort } from '../setup/server.ts';
import { bubble, composer, reply, standing, thread } from './desk.ts';
import { conversation, openHouse, said, webchat, type Desk, type House } from './house.ts';
import { bubbles, say, sees, settled, visit, type Visitor } from './visitor.ts';

let [house, wire, demo]: [House | null, Wire | null, string] = [null, null, ''];
beforeAll(async () => {
  const port = await freePort();
  wire = await layWire(port);
  house = await openHouse('reconnect_e2e', { HUB_PORT: String(port) });
  demo = `${house.server.url}/demo?channel=${await webchat(house.server, 'Shop', { bot: false })}`;
}, 120_000);
afterAll(async () => {
  await house?.stop();
  await wire?.stop();
});
afterEach(async (story) => {
  wire?.heal();
  await house?.leave(story);
});

type Scene = { desk: Desk; customer: Visitor; id: string; cable: Wire; answer(text: string): Promise<void>; said(): Promise<string[]> };

/** Ann has the customer's conversation on her screen, over the wire; the customer and Bo reach the server directly. */
async function scene(name: string): Promise<Scene> {
  if (!house || !wire) throw new Error('not open');
  const { server } = house;
  const ann = await house.hire({ name: `Ann ${name}`, locale: 'en' });
  const customer = await visit(await house.context('en', { viewport: { width: 1000, height: 800 } }), demo);
  await say(customer.chat, `begin ${name}`);
  await settled(customer.chat);
  const id = await eventually(() => conversation(server, `begin ${name}`));
  expect((await server.api('POST', `/conversations/${id}/assign`, { agentId: ann.id })).status).toBe(200);
  const desk = await house.sit(ann, `/inbox/${id}`, {}, `http://127.0.0.1:${wire.port}`);
  await bubble(desk, `begin ${name}`).waitFor();
  await desk.page.waitForLoadState('networkidle').catch(() => undefined);
  return {
    desk, customer, id, cable: wire, said: () => said(server, id),
    async answer(text) { expect((await server.api('POST', `/conversations/${id}/messages`, { text })).status).toBe(201); },
  };
}

it('the socket is killed while a colleague answers: the own words wait, the guard asks, and they go out once', async () => {
  const { desk, customer, cable, answer, said: kept } = await scene('one');
  const { page, w } = desk;
  cable.cut();
  await answer('Bo was here 1');
  await say(customer.chat, 'customer during the cut 1');
  await answer('Bo was here 2');
  await say(customer.chat, 'customer during the cut 2');
  await settled(customer.chat);
  await page.getByText(w.banner.offline).waitFor();
  await reply(desk, 'Ann wrote this in the dark');
  await bubble(desk, 'Ann wrote this in the dark').or(thread(desk).getByText('Ann wrote this in the dark')).first().waitFor();
  await thread(desk).getByText(w.outbox.sending).waitFor();
  expect(await kept()).not.toContain('Ann wrote this in the dark');

  cable.heal();
  await page.getByText(w.banner.back).waitFor();
  await thread(desk).getByText(w.outbox.conflict).waitFor();
  const missed = ['begin one', 'Bo was here 1', 'customer during the cut 1', 'Bo was here 2', 'customer during the cut 2'];
  expect(await standing(desk, missed)).toEqual(missed);
  expect(await kept()).toEqual(missed);

  await thread(desk).getByRole('button', { name: w.outbox.anyway }).click();
  await sees(customer.chat, 'Ann wrote this in the dark');
  await expect.poll(kept).toEqual([...missed, 'Ann wrote this in the dark']);
  await thread(desk).getByText(w.outbox.conflict).waitFor({ state: 'detached' });
  expect(await standing(desk, [...missed, 'Ann wrote this in the dark'])).toEqual([...missed, 'Ann wrote this in the dark']);
  expect(await bubbles(customer.chat, 'agent')).toEqual(['Bo was here 1', 'Bo was here 2', 'Ann wrote this in the dark']);
  // The browser writes down the refusal itself.
  expect([...desk.wrong.filter((line) => !/409/.test(line)), ...customer.wrong]).toEqual([]);
}, 60_000);

it('the machine is offline, nobody else answers: what was written goes out by itself, in order, even over a reload', async () => {
  const { desk, customer, said: kept } = await scene('two');
  const { page, w } = desk;
  await desk.context.setOffline(true);
  await say(customer.chat, 'customer while offline');
  await settled(customer.chat);
  for (const text of ['queued 1', 'queued 2', 'queued 3']) await reply(desk, text);
  await expect.poll(() => thread(desk).getByText(w.outbox.sending).count()).toBe(3);
  await desk.context.setOffline(false);
  const all = ['begin two', 'customer while offline', 'queued 1', 'queued 2', 'queued 3'];
  await expect.poll(kept, { timeout: 20_000 }).toEqual(all);
  await expect.poll(() => thread(desk).getByText(w.outbox.sending).count(), { timeout: 10_000 }).toBe(0);
  expect(await standing(desk, all)).toEqual(all);
  await sees(customer.chat, 'queued 3');
  expect(await bubbles(customer.chat, 'agent')).toEqual(['queued 1', 'queued 2', 'queued 3']);
  await page.reload();
  await bubble(desk, 'queued 3').waitFor();
  expect(await standing(desk, all)).toEqual(all);
  expect(await kept()).toEqual(all);
}, 60_000);

it('the connection breaks between the sending and the answer: sent again, there once', async () => {
  const { desk, customer, cable, said: kept } = await scene('three');
  cable.cutAnswerAfter('only once');
  await reply(desk, 'only once');
  await sees(customer.chat, 'only once');
  await thread(desk).getByText(desk.w.outbox.sending).waitFor({ state: 'detached' });
  await bubble(desk, 'only once').getByText(desk.w.delivery.read, { exact: true }).waitFor();
  expect(await kept()).toEqual(['begin three', 'only once']);
  expect(await standing(desk, ['only once'])).toEqual(['only once']);
  expect(await bubbles(customer.chat, 'agent')).toEqual(['only once']);
}, 60_000);

it('words that could not be sent outlive the page', async () => {
  const { desk, cable, said: kept, id } = await scene('four');
  cable.cut();
  await reply(desk, 'written before the crash');
  await thread(desk).getByText(desk.w.outbox.sending).waitFor();
  // The store on disk is written a moment after the screen.
  await desk.page.waitForTimeout(300);
  await desk.page.close();
  cable.heal();
  const page = await desk.context.newPage();
  await page.goto(`http://127.0.0.1:${cable.port}/inbox/${id}`);
  await expect.poll(kept, { timeout: 15_000 }).toEqual(['begin four', 'written before the crash']);
  const again = { ...desk, page };
  await bubble(again, 'written before the crash').waitFor();
  await composer(again).waitFor();
  expect(await standing(again, ['written before the crash'])).toEqual(['written before the crash']);
  expect(z.array(z.string()).parse(await kept())).toHaveLength(2);
}, 60_000);
