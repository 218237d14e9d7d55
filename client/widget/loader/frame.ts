/** The chat's frame and the port to it. Nobody else on the page can speak to the frame or hear it. */
import type { ToFrame, ToPage } from '../wire.ts';

export type Frame = { exists(): boolean; create(): void; tell(message: ToFrame): void; focus(): void };

/** `init` is asked each time the frame loads, so a frame that was moved in the document starts again where it was. */
export function chatFrame(place: HTMLElement, options: { origin: string; channel: string; title(): string; init(): ToFrame; hear(message: ToPage): void }): Frame {
  let frame: HTMLIFrameElement | null = null;
  let port: MessagePort | null = null;
  let greeted = false;

  function shakeHands(): void {
    port?.close();
    greeted = false;
    const { port1, port2 } = new MessageChannel();
    port = port1;
    port1.onmessage = (event: MessageEvent<ToPage>) => {
      if (event.data.type === 'ready' && !greeted) {
        greeted = true;
        port1.postMessage(options.init());
      } else options.hear(event.data);
    };
    // To this origin and no other: if the frame went elsewhere, the port (and the token) does not follow.
    frame?.contentWindow?.postMessage('hubbub', options.origin, [port2]);
  }

  return {
    exists: () => frame !== null,
    create() {
      if (frame) return;
      frame = document.createElement('iframe');
      frame.title = options.title();
      frame.allow = 'clipboard-write';
      frame.addEventListener('load', shakeHands);
      frame.src = `${options.origin}/widget/?channel=${encodeURIComponent(options.channel)}`;
      place.append(frame);
    },
    tell(message) { if (greeted) port?.postMessage(message); },
    focus: () => frame?.focus(),
  };
}
