/** The widget on a site's page: the button, the frame when it is wanted, and what a site may call. */
import { fill, localeOf } from '../locale.ts';
import type { SiteUser, Theme, ToPage } from '../wire.ts';
import { chatFrame } from './frame.ts';
import { createLauncher } from './launcher.ts';
import { tokenStore } from './storage.ts';
import { words } from './words.ts';

/** `window.HubbubSettings` */
export type Settings = {
  channel?: string; locale?: string; theme?: Theme; color?: string; position?: 'left' | 'right'; user?: SiteUser; hideLauncher?: boolean; zIndex?: number;
};
export type WidgetEvent = 'ready' | 'open' | 'close' | 'message' | 'unread' | 'error';
type Listener = (detail: unknown) => void;
export type Widget = ReturnType<typeof createWidget>;

/** Puts the button on the page. Nothing is stored or asked of the hub before the visitor does something. */
export function createWidget(origin: string, channel: string, settings: Settings) {
  const tokens = tokenStore(channel);
  const launcher = createLauncher();
  const listeners = new Map<WidgetEvent, Set<Listener>>();
  let { locale = navigator.language, theme = 'auto', user, color = '#1d4ed8', position = 'right' } = settings;
  let [isOpen, hidden, unread, before] = [false, settings.hideLauncher ?? false, 0, ''];

  const frame = chatFrame(launcher.panel, {
    origin, channel, title: () => words[localeOf(locale)].frame, hear,
    init: () => ({ type: 'init', token: tokens.read(), open: isOpen, locale, theme, user: user ?? null }),
  });

  function emit(event: WidgetEvent, detail?: unknown): void {
    for (const listener of listeners.get(event) ?? []) {
      try { listener(detail); } catch (error) { console.error(error); }
    }
  }
  function draw(): void {
    const say = words[localeOf(locale)];
    launcher.look({ color: /^#[0-9a-f]{6}$/i.test(color) ? color : '#1d4ed8', position, hidden, title: say.frame, zIndex: settings.zIndex ?? 2_147_483_000 });
    launcher.label(isOpen ? say.close : unread > 0 ? fill(say.openUnread, { n: unread }) : say.open, unread);
    launcher.opened(isOpen);
    // The unread number in the tab's title, for people who look at another tab.
    const bare = document.title.startsWith(before) ? document.title.slice(before.length) : document.title;
    const prefix = unread > 0 && !isOpen ? `(${unread}) ` : '';
    if (prefix !== before) document.title = prefix + bare;
    before = prefix;
  }
  function hear(message: ToPage): void {
    if (message.type === 'close') close();
    else if (message.type === 'token') tokens.keep(message.token);
    else if (message.type === 'unread') {
      unread = message.count;
      draw();
      emit('unread', unread);
    } else if (message.type === 'look') {
      // What the page says itself wins over the channel's settings.
      color = settings.color ?? message.color;
      position = settings.position ?? message.position;
      draw();
      emit('ready');
    } else if (message.type === 'message') emit('message', { from: message.from, text: message.text });
    else if (message.type === 'error') {
      const { code, detail } = message;
      if (detail) console.error(`Hubbub: ${detail}`);
      emit('error', { code, detail });
    }
  }
  function setOpen(next: boolean): void {
    if (isOpen === next) return;
    isOpen = next;
    frame.create();
    draw();
    frame.tell(next ? { type: 'open', token: tokens.read() } : { type: 'close' });
    if (next) frame.focus();
    else launcher.button.focus();
    emit(next ? 'open' : 'close');
  }
  const open = (): void => setOpen(true);
  const close = (): void => setOpen(false);

  launcher.button.addEventListener('click', () => setOpen(!isOpen));
  for (const hint of ['pointerenter', 'focus', 'touchstart']) launcher.button.addEventListener(hint, () => frame.create(), { once: true, passive: true });
  addEventListener('keydown', (event) => { if (event.key === 'Escape' && isOpen && !event.defaultPrevented) close(); });
  // A page that replaces its whole document keeps the chat.
  new MutationObserver(() => { if (!launcher.host.isConnected) document.documentElement.append(launcher.host); }).observe(document.documentElement, { childList: true });
  // Somebody who was here before sees at once whether there is an answer; a new visitor costs no request.
  const idle = window.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 1_500));
  const settle = (): void => void idle(() => { if (tokens.read() || user?.hash || user?.token) frame.create(); });
  if (document.readyState === 'complete') settle();
  else addEventListener('load', settle, { once: true });
  draw();

  return {
    open, close,
    toggle: () => setOpen(!isOpen),
    show() { hidden = false; draw(); },
    hide() { hidden = true; draw(); },
    /** {token} or {id, hash, name, email, phone}: only with the right proof the user's own conversation. */
    setUser(next: SiteUser) {
      user = next;
      frame.tell({ type: 'user', user: next });
    },
    setLocale(next: string) {
      locale = next;
      draw();
      frame.tell({ type: 'locale', locale: next });
    },
    setTheme(next: Theme) {
      theme = next;
      frame.tell({ type: 'theme', theme: next });
    },
    on(event: WidgetEvent, listener: Listener) {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
    },
    off(event: WidgetEvent, listener: Listener) { listeners.get(event)?.delete(listener); },
    /** At the site's sign-out: forgets the visitor and the conversation on this device. */
    reset() {
      close();
      tokens.forget();
      user = undefined;
      unread = 0;
      frame.tell({ type: 'reset' });
      draw();
    },
  };
}
