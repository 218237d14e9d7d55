/** A real Chromium, and what a test asks of every page in it. */
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** The browser of the machine; `npm test` installs it. */
export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: flags });

/** A page that writes down what went wrong in it: errors, refused scripts and styles, dialogs somebody smuggled in, requests to strangers. */
export async function openPage(context: BrowserContext, url: string): Promise<{ page: Page; wrong: string[] }> {
  const page = await context.newPage();
  const wrong: string[] = [];
  const { host } = new URL(url);
  const asked = (address: string) => {
    if (/^(https?|wss?):/.test(address) && new URL(address).host !== host) wrong.push(`asked a stranger: ${address}`);
  };
  page.on('request', (request) => asked(request.url()));
  page.on('websocket', (socket) => asked(socket.url()));
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => {
    // A connection that a test cuts is no mistake of the page.
    if (message.type() === 'error' && !/WebSocket|ERR_|favicon/.test(message.text())) wrong.push(message.text());
  });
  page.on('dialog', (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url, { waitUntil: 'load' });
  return { page, wrong };
}

/**
 * WCAG 2.2 A and AA as far as a machine can tell; one line a finding.
 * @param within only this part, when the rest was looked at before
 * @param but rules that are let pass, with a reason where it is called
 */
export async function violations(page: Page, { within, but = [] }: { within?: string; but?: string[] } = {}): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  if (within) axe.include(within);
  const { violations: found } = await axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).disableRules(but).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => String(target)).join(', ')}`);
}
