/** A hub with a browser at its door: agents at their desks, and everything closed at the end. */
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';
import { testMongod } from '../setup/mongo.ts';
import { startServer, type Reply, type Server } from '../setup/server.ts';
import { openBrowser, openPage } from './chromium.ts';
import { words } from './words.ts';

export type Locale = keyof typeof words;
export type Agent = { id: string; name: string; email: string; password: string; locale: Locale };
/** An agent's browser: its page, what went wrong in it, the words on it, and the API in the agent's own name. */
export type Desk = { agent: Agent; page: Page; context: BrowserContext; wrong: string[]; w: (typeof words)[Locale]['desk']; api: Server['api'] };
export type House = {
  server: Server;
  browser: Browser;
  /** A browser of its own: nothing shared with the others. */
  context(locale?: Locale, options?: object): Promise<BrowserContext>;
  hire(agent: { name: string; locale: Locale; role?: string }): Promise<Agent>;
  /** The agent's console with the session already there. @param at where the console is reached, when not at the server itself */
  sit(agent: Agent, path?: string, options?: object, at?: string): Promise<Desk>;
  /** Closes the browsers of a story; for afterEach. Of a story that failed it keeps pictures in .cache/e2e. */
  leave(story: { task: { id: string; result?: { state: string } } }): Promise<void>;
  stop(): Promise<void>;
};

const Made = z.looseObject({ id: z.string() });
const Signed = z.looseObject({ user: Made });
/** Under a whole story's time, so that a story that hangs says where. */
const patienceMs = 12_000;
const pictures = join(import.meta.dirname, '..', '..', '.cache', 'e2e');
let count = 0;

/** Starts a server with an empty database, and a browser. */
export async function openHouse(name: string, env: Record<string, string> = {}, first: 'admin' | 'nobody' = 'admin'): Promise<House> {
  const server = await startServer({ MONGODB_URI: testMongod(name).uri, ...env }, first);
  const browser = await openBrowser();
  const opened: BrowserContext[] = [];

  async function context(locale: Locale = 'en', options: object = {}): Promise<BrowserContext> {
    const made = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: locale === 'en' ? 'en-US' : locale, acceptDownloads: true, ...options });
    opened.push(made);
    made.setDefaultTimeout(patienceMs);
    return made;
  }
  async function hire({ role = 'agent', ...agent }: { name: string; locale: Locale; role?: string }): Promise<Agent> {
    const known = { ...agent, email: `agent${++count}@example.com`, password: 'a long enough password' };
    return { ...known, id: (await server.api('POST', '/people', { ...known, role })).as(Made).id };
  }
  async function sit(agent: Agent, path = '/inbox', options: object = {}, at = server.url): Promise<Desk> {
    const mine = await context(agent.locale, options);
    // The browser's own cookie jar: what it signs in here, its pages are signed in.
    const signed = await mine.request.post(`${at}/api/v1/session`, { data: { email: agent.email, password: agent.password } });
    Signed.parse(await signed.json());
    const cookie = (await mine.cookies(at)).map(({ name: key, value }) => `${key}=${value}`).join('; ');
    const api = (method: string, where: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> => server.api(method, where, body, { ...headers, cookie });
    return { agent, context: mine, w: words[agent.locale].desk, api, ...await openPage(mine, `${at}${path}`) };
  }
  return {
    server, browser, context, hire, sit,
    async leave({ task }) {
      const left = opened.splice(0);
      if (task.result?.state === 'fail') await Promise.all(left.flatMap((one) => one.pages()).map((page, at) => page.screenshot({ path: join(pictures, `${task.id}-${at}.png`) })));
      await Promise.all(left.map((one) => one.close()));
    },
    async stop() {
      await browser.close();
      await server.stop();
    },
  };
}

/** Makes a web-chat channel and answers with its id. */
export async function webchat(server: Server, name: string, more: object = {}): Promise<string> {
  return (await server.api('POST', '/channels', { kind: 'webchat', name, ...more })).as(Made).id;
}

const List = z.object({ items: z.array(z.object({ id: z.string(), preview: z.string() })) });
/** The open conversation whose last words contain these, as soon as there is one. */
export async function conversation(server: Server, preview: string): Promise<string | undefined> {
  return (await server.api('GET', '/conversations?view=all')).as(List).items.find((one) => one.preview.includes(preview))?.id;
}

const Timeline = z.object({ items: z.array(z.object({ seq: z.number(), kind: z.string(), actor: z.object({ kind: z.string() }), content: z.looseObject({ text: z.string().optional() }).optional() })) });
/** The words of every message of a conversation, in order, as the server keeps them. */
export async function said(server: Server, id: string): Promise<string[]> {
  const { items } = (await server.api('GET', `/conversations/${id}/timeline?after=0&limit=200`)).as(Timeline);
  return items.filter(({ kind }) => kind === 'message').map(({ content }) => content?.text ?? '');
}
