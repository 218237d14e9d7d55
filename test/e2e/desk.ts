/** What an agent does at the console, by the names that are on the screen. */
import type { Locator } from 'playwright-core';
import type { Desk } from './house.ts';

/** Where the conversation is read. */
export const thread = ({ page, w }: Desk): Locator => page.getByRole('region', { name: w.thread.messages });

/** Where a reply is written. */
export const composer = ({ page, w }: Desk): Locator => page.getByRole('combobox', { name: w.composer.reply });

/** Writes to the customer, as by hand: the Enter key sends. */
export async function reply(desk: Desk, text: string): Promise<void> {
  await composer(desk).fill(text);
  await composer(desk).press('Enter');
}

/** The bubble with these words. */
export const bubble = (desk: Desk, text: string): Locator => thread(desk).getByRole('article').filter({ hasText: text });

/** Which of these words are in the thread, in the order they stand there; a word that stands there twice is there twice. */
export async function standing(desk: Desk, texts: string[]): Promise<string[]> {
  const all = await thread(desk).getByRole('article').allInnerTexts();
  return all.flatMap((shown) => texts.filter((text) => shown.split('\n').includes(text)));
}

/** Says that the agent takes work. */
export async function goAvailable({ page, w }: Desk): Promise<void> {
  await page.getByRole('button', { name: w.state.button.split('{')[0] }).click();
  await page.getByRole('menuitemcheckbox', { name: w.state.available }).click();
}
