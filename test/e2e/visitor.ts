/** A customer at the widget: opens it, writes, and tells what is on the screen. */
import type { BrowserContext, Frame, Page } from 'playwright-core';
import { eventually } from '../setup/eventually.ts';
import { openPage } from './chromium.ts';

export type Visitor = { page: Page; chat: Frame; wrong: string[] };

/** Goes to the demo page and opens the chat. */
export async function visit(context: BrowserContext, url: string): Promise<Visitor> {
  const { page, wrong } = await openPage(context, url);
  await press(page);
  return { page, wrong, chat: await frameOf(page) };
}

/** The button sits in a closed shadow root: it is pressed where it is seen. */
export async function press(page: Page): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  await page.mouse.click(width - 48, height - 48);
}

/** The chat's frame once it can be written in. */
export async function frameOf(page: Page): Promise<Frame> {
  const chat = await eventually(() => page.frames().find((frame) => frame.url().includes('/widget/?')));
  await chat.waitForSelector('textarea', { state: 'visible' });
  return chat;
}

/** Types and sends. */
export async function say(chat: Frame, text: string): Promise<void> {
  await chat.fill('textarea', text);
  await chat.press('textarea', 'Enter');
}

/** Waits until these words are on the screen. */
export const sees = (chat: Frame, text: string): Promise<unknown> =>
  chat.waitForFunction((words) => document.querySelector('.log')?.textContent?.includes(words), text, { timeout: 20_000 });

/** All bubbles of one side, in order; the hidden author's name left out. */
export const bubbles = (chat: Frame, side: 'mine' | 'agent' | 'bot'): Promise<string[]> =>
  chat.$$eval(`.row.${side} .bubble`, (found) => found.map((bubble) => {
    const copy = document.createElement('p');
    copy.append(...[...bubble.childNodes].filter((node) => !(node instanceof Element && node.classList.contains('hidden'))).map((node) => node.cloneNode(true)));
    return (copy.textContent ?? '').trim();
  }));

/** Nothing waits to be sent any more. */
export const settled = (chat: Frame): Promise<unknown> => chat.waitForFunction(() => document.querySelector('.mark.sending') === null, null, { timeout: 60_000 });
