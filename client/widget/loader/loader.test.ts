// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { start } from './start.ts';

const attach = vi.spyOn(Element.prototype, 'attachShadow');
const root = (): ShadowRoot | undefined => attach.mock.results.at(-1)?.value;
const frame = (): HTMLIFrameElement | null => root()?.querySelector('iframe') ?? null;
const button = (): HTMLButtonElement | null => root()?.querySelector('button') ?? null;
const script = { src: 'https://hub.example/widget.js', dataset: {} };
const observe = vi.spyOn(MutationObserver.prototype, 'observe');


/** The frame's side of the port. */
function app(): { port: MessagePort; heard: { type: string }[]; origin: unknown } {
  const heard: { type: string }[] = [];
  const post = vi.fn();
  Object.defineProperty(frame(), 'contentWindow', { value: { postMessage: post }, configurable: true });
  frame()?.dispatchEvent(new Event('load'));
  const [data, origin, ports] = post.mock.calls.at(-1) ?? [];
  expect(data).toBe('hubbub');
  const port: MessagePort = ports[0];
  port.onmessage = (event: MessageEvent) => void heard.push(event.data);
  return { port, heard, origin };
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

beforeEach(() => {
  vi.stubGlobal('requestIdleCallback', (work: () => void) => setTimeout(work, 1));
  localStorage.clear();
  attach.mockClear();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  delete window.Hubbub;
  window.HubbubSettings = { channel: 'abc', locale: 'en' };
});
afterEach(() => {
  // Earlier tests' widgets would put themselves back.
  for (const observer of observe.mock.contexts.splice(0)) observer.disconnect();
  document.querySelectorAll('hubbub-chat').forEach((one) => one.remove());
  vi.mocked(console.error).mockRestore();
  vi.unstubAllGlobals();
});

describe('the loader', () => {
  it('shows a button, and neither stores nor loads anything before it is touched', async () => {
    start(script);
    await settle();
    expect(attach.mock.calls.at(-1)?.[0]).toEqual({ mode: 'closed' });
    expect(button()?.ariaLabel).toBe('Open chat');
    expect(frame()).toBeNull();
    expect(localStorage.length).toBe(0);
  });

  it('starts once, and runs the calls that waited', async () => {
    const opened = vi.fn();
    window.Hubbub = [['on', 'open', opened], ['open'], ['nonsense'], ['constructor']];
    start(script);
    start(script);
    expect(document.querySelectorAll('hubbub-chat')).toHaveLength(1);
    expect(opened).toHaveBeenCalledOnce();
    expect(frame()?.src).toBe('https://hub.example/widget/?channel=abc');
    expect(console.error).toHaveBeenCalledTimes(2);
  });

  it('says what is missing', async () => {
    window.HubbubSettings = {};
    start(script);
    expect(document.querySelector('hubbub-chat')).toBeNull();
    expect(console.error).toHaveBeenCalledWith(expect.stringContaining('channel'));
    start({ ...script, dataset: { channel: 'xyz' } });
    expect(document.querySelector('hubbub-chat')).not.toBeNull();
  });

  it('speaks to the hub\'s origin only, and keeps the token in the page\'s storage', async () => {
    start(script);
    button()?.click();
    const { port, heard, origin } = app();
    expect(origin).toBe('https://hub.example');
    port.postMessage({ type: 'ready' });
    port.postMessage({ type: 'token', token: 'v1.x' });
    await settle();
    expect(heard[0]).toMatchObject({ type: 'init', token: null, open: true, locale: 'en' });
    expect(localStorage.getItem('hubbub:abc')).toBe('v1.x');
  });

  it('shows unread, and closes on Escape with the focus back on the button', async () => {
    const unread = vi.fn();
    localStorage.setItem('hubbub:abc', 'v1.kept');
    document.title = 'Shop';
    window.Hubbub = [['on', 'unread', unread]];
    start(script);
    await vi.waitFor(() => expect(frame()).not.toBeNull(), 3_000);
    const { port, heard } = app();
    port.postMessage({ type: 'ready' });
    port.postMessage({ type: 'unread', count: 2 });
    await settle();
    expect(heard[0]).toMatchObject({ token: 'v1.kept', open: false });
    expect([button()?.ariaLabel, root()?.querySelector('.n')?.textContent, document.title]).toEqual(['Open chat, 2 unread', '2', '(2) Shop']);
    expect(unread).toHaveBeenCalledWith(2);
    button()?.click();
    expect(document.title).toBe('Shop');
    expect(button()?.ariaExpanded).toBe('true');
    dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
    await settle();
    expect(heard.map((one) => one.type)).toEqual(['init', 'open', 'close']);
    expect(button()?.ariaExpanded).toBe('false');
  });

  it('forgets everything at reset, and passes the user on', async () => {
    start(script);
    button()?.click();
    const { port, heard } = app();
    port.postMessage({ type: 'ready' });
    port.postMessage({ type: 'token', token: 'v1.x' });
    await settle();
    window.Hubbub?.push(['setUser', { id: '42', hash: 'h' }], ['setTheme', 'dark'], ['reset']);
    await settle();
    expect(heard.map((one) => one.type)).toEqual(['init', 'user', 'theme', 'close', 'reset']);
    expect(localStorage.length).toBe(0);
  });

  it('lives without storage, and survives a page that throws it out', async () => {
    const blocked = vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => { throw new Error('blocked'); });
    start(script);
    blocked.mockRestore();
    document.querySelector('hubbub-chat')?.remove();
    await vi.waitFor(() => expect(document.querySelector('hubbub-chat')).not.toBeNull());
  });
});
