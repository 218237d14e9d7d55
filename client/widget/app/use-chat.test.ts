// @vitest-environment happy-dom
/** Whose words are on the screen, and under whose name they go out. */
import { beforeEach, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import type { Outgoing, SiteUser, Welcome } from '../wire.ts';
import type { LiveEvents } from './live.ts';
import { useChat } from './use-chat.ts';

const hub = vi.hoisted((): { on: LiveEvents | undefined; up: boolean; sent: Outgoing[] } => ({ on: undefined, up: false, sent: [] }));
vi.mock('./live.ts', () => ({
  openLive: (on: LiveEvents) => {
    hub.on = on;
    return {
      connect: () => undefined, reconnect: () => { hub.up = false; }, disconnect: () => { hub.up = false; }, ready: () => hub.up,
      send: (message: Outgoing) => { hub.sent.push(message); return Promise.resolve({ ok: true, seq: hub.sent.length }); }, rate: () => Promise.resolve(), end: () => Promise.resolve(), tell: () => undefined, typing: () => undefined,
    };
  },
}));

const config: Welcome['config'] = { title: { 'zh-CN': '', en: '' }, greeting: { 'zh-CN': '', en: '' }, color: '#000000', position: 'right', limits: { textLength: 1, attachmentBytes: 1, attachments: 1 }, preChat: { name: false, email: false } };
const ann: SiteUser = { id: 'ann', hash: 'a', name: 'Ann', email: 'ann@example.com' };
const bob: SiteUser = { id: 'bob', hash: 'b' };
const open = () => useChat('channel', { keepToken: () => undefined, heard: () => undefined, refused: () => undefined });
async function arrive(thread: string): Promise<void> {
  hub.up = true;
  hub.on?.welcome({ token: 'v1.u', thread, config });
  hub.on?.resumed({ ok: true, entries: [], status: null });
  hub.on?.connection(true);
  await new Promise((done) => setTimeout(done, 5));
}
const texts = (chat: ReturnType<typeof open>) => chat.thread.value.outbox.map(({ text }) => text);

beforeEach(() => {
  sessionStorage.clear();
  [hub.up, hub.sent] = [false, []];
});

it('another user without a reset: what the former one had not sent yet is not said in their name, nor under their address', async () => {
  const chat = open();
  chat.setUser(ann);
  chat.connect(null);
  chat.send('my diagnosis');
  const before = chat.person.value;
  chat.setUser(bob);
  await arrive('ubob');
  expect([hub.sent, texts(chat), chat.profile.value]).toEqual([[], [], {}]);
  expect(chat.person.value).not.toBe(before);
  chat.send('hello');
  await arrive('ubob');
  expect(hub.sent).toMatchObject([{ text: 'hello' }]);
  expect(hub.sent[0]).not.toHaveProperty('email');
});

it.each([['nobody', null], ['another user', bob]])('the page is opened anew by %s: the former user\'s words are not theirs', async (_who, next) => {
  const first = open();
  first.setUser(ann);
  first.connect(null);
  first.send('my diagnosis');
  await nextTick();
  const chat = open();
  if (next) chat.setUser(next);
  chat.connect(null);
  expect(texts(chat)).toEqual([]);
  await arrive('other');
  expect(hub.sent).toEqual([]);
});

it('the same user, or whoever signs in with words of their own on the way, loses none', async () => {
  const first = open();
  first.setUser(ann);
  first.connect(null);
  first.send('from before the reload');
  await nextTick();
  const again = open();
  again.setUser({ ...ann, hash: 'c' });
  again.connect(null);
  await arrive('uann');
  expect(hub.sent.map(({ text }) => text)).toEqual(['from before the reload']);

  hub.up = false;
  const chat = open();
  chat.connect(null);
  chat.send('not signed in yet');
  chat.setUser(ann);
  await arrive('uann');
  expect(hub.sent.map(({ text }) => text)).toEqual(['from before the reload', 'not signed in yet']);
});
