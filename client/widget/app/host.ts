/** The page around the frame. It reaches us through one MessagePort; a frame without a page is a page of its own. */
import { localeOf } from '../locale.ts';
import type { ToFrame, ToPage } from '../wire.ts';

export type Host = { tell(message: ToPage): void; onMessage(listener: (message: ToFrame) => void): void };

/** Waits for the first port from the page that embeds us; other windows and later ports are ignored. */
export function pageHost(channelId: string): Host {
  return window.parent === window ? ownHost(channelId) : framedHost();
}

function framedHost(): Host {
  let port: MessagePort | null = null;
  let listener: (message: ToFrame) => void = () => undefined;
  const early: ToFrame[] = [];
  const receive = (message: ToFrame): void => listener(message);
  listener = (message) => void early.push(message);
  // Which sites may embed us is the frame-ancestors policy of this page; here only the parent window counts.
  window.addEventListener('message', (event: MessageEvent) => {
    const [given] = event.ports;
    if (port || event.source !== window.parent || !given || event.data !== 'hubbub') return;
    port = given;
    port.onmessage = (message: MessageEvent<ToFrame>) => receive(message.data);
    port.postMessage({ type: 'ready' } satisfies ToPage);
  });
  return {
    tell: (message) => port?.postMessage(message),
    onMessage(next) {
      listener = next;
      for (const message of early.splice(0)) next(message);
    },
  };
}

/** The chat opened as a page by itself (a link, a QR code). */
function ownHost(channelId: string): Host {
  const key = `hubbub:${channelId}`;
  let memory: string | null = null;
  const stored = (): string | null => {
    try { return localStorage.getItem(key); } catch { return memory; }
  };
  return {
    tell(message) {
      if (message.type !== 'token') return;
      memory = message.token;
      try { localStorage.setItem(key, message.token); } catch { /* blocked: memory it is */ }
    },
    onMessage(listener) {
      listener({ type: 'init', token: stored(), open: true, locale: localeOf(new URLSearchParams(location.search).get('locale') ?? navigator.language), theme: 'auto', user: null });
    },
  };
}
