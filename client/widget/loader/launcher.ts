/** The button and the frame, in a closed shadow root: neither the page's styles nor its scripts reach in. */

export type Look = { color: string; position: 'left' | 'right'; title: string; hidden: boolean; zIndex: number };
export type Launcher = {
  host: HTMLElement; button: HTMLButtonElement; panel: HTMLElement;
  look(look: Look): void;
  label(text: string, unread: number): void;
  opened(open: boolean): void;
};

const css = `
:host{all:initial;position:fixed;inset:auto 0 0;height:0;z-index:var(--z)}
button,.panel{position:fixed;inset-block-end:max(20px,env(safe-area-inset-bottom));inset-inline-end:20px}
:host([data-position=left]) button,:host([data-position=left]) .panel{inset-inline:20px auto}
button{display:grid;place-items:center;width:56px;height:56px;padding:0;border:0;border-radius:50%;background:var(--color);color:var(--ink);cursor:pointer;box-shadow:0 4px 18px rgb(0 0 0/.28)}
button:focus-visible{outline:3px solid var(--color);outline-offset:3px;box-shadow:0 0 0 3px #fff}
svg{width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.x,.open .b{display:none}.open .x{display:block}
.n{position:absolute;top:-4px;right:-4px;box-sizing:border-box;min-width:22px;height:22px;padding:0 6px;border:2px solid #fff;border-radius:11px;background:#b91c1c;color:#fff;font:600 12px/18px system-ui,sans-serif;text-align:center}
.n:empty{display:none}
.panel{inset-block-end:calc(max(20px,env(safe-area-inset-bottom)) + 70px);width:390px;height:min(660px,calc(100dvh - 110px));border-radius:16px;overflow:hidden;background:Canvas;box-shadow:0 12px 48px rgb(0 0 0/.28)}
.panel[hidden]{display:none}
iframe{display:block;width:100%;height:100%;border:0;color-scheme:normal}
:host([data-hidden]) button{display:none}
@media (max-width:520px){.panel,:host([data-position=left]) .panel{inset:0;width:auto;height:100dvh;border-radius:0}.open button{display:none}}
@media (prefers-reduced-motion:no-preference){button{transition:transform .15s}button:hover{transform:scale(1.06)}.panel{animation:in .18s ease-out}@keyframes in{from{opacity:0;transform:translateY(12px)}}}
@media print{:host{display:none}}`;

const shape = (name: string, path: string): SVGElement => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', name);
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
};

/** Beside <body>, not in it: it works from <head>, and pages that swap their body keep it. */
export function createLauncher(): Launcher {
  const host = document.createElement('hubbub-chat');
  const root = host.attachShadow({ mode: 'closed' });
  // A constructed sheet needs no style-src of the page.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  const wrap = document.createElement('div');
  const button = document.createElement('button');
  const badge = document.createElement('span');
  const panel = document.createElement('div');
  button.type = 'button';
  button.ariaHasPopup = 'dialog';
  badge.className = 'n';
  badge.ariaHidden = 'true';
  panel.className = 'panel';
  panel.hidden = true;
  panel.setAttribute('role', 'dialog');
  button.append(shape('b', 'M21 11.5a8.4 8.4 0 0 1-9 8.4 9 9 0 0 1-3.8-.8L3 21l1.9-5.2A8.4 8.4 0 1 1 21 11.5z'), shape('x', 'M6 9l6 6 6-6'), badge);
  wrap.append(panel, button);
  root.append(wrap);
  document.documentElement.append(host);

  return {
    host, button, panel,
    look({ color, position, title, hidden, zIndex }) {
      host.style.setProperty('--color', color);
      host.style.setProperty('--ink', dark(color) ? '#fff' : '#111827');
      host.style.setProperty('--z', String(zIndex));
      host.dataset['position'] = position;
      host.toggleAttribute('data-hidden', hidden);
      panel.ariaLabel = title;
    },
    label(text, unread) {
      button.ariaLabel = text;
      badge.textContent = unread === 0 ? '' : unread > 9 ? '9+' : String(unread);
    },
    opened(open) {
      wrap.classList.toggle('open', open);
      panel.hidden = !open;
      button.ariaExpanded = String(open);
    },
  };
}

function dark(hex: string): boolean {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => (Number.parseInt(hex.slice(at, at + 2), 16) / 255) ** 2.2);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 0.3;
}
