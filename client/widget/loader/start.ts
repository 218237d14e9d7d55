/**
 * What /widget.js does. Embed it with two lines anywhere in the page, <head> included:
 *   <script>window.HubbubSettings = { channel: 'ID' }</script>
 *   <script async src="https://hub.example/widget.js"></script>
 * Calls before it has loaded wait in a list: (window.Hubbub = window.Hubbub || []).push(['open'])
 */
import { createWidget, type Settings, type Widget } from './widget.ts';

type Call = [name: string, ...values: unknown[]];
type Api = Widget & { push(...calls: Call[]): void; loaded: true };

declare global {
  interface Window { HubbubSettings?: Settings; Hubbub?: Api | Call[] }
}

/** Starts once, however often the script is on the page. */
export function start(script: { src: string; dataset: DOMStringMap } | null): void {
  const waiting = window.Hubbub;
  if (waiting && !Array.isArray(waiting)) return;
  const settings = { ...window.HubbubSettings };
  const channel = settings.channel ?? script?.dataset['channel'];
  if (!channel || !script?.src) {
    console.error('Hubbub: set window.HubbubSettings = { channel: "ID" } before widget.js, or data-channel on its script element.');
    return;
  }
  const widget = createWidget(new URL(script.src).origin, channel, settings);
  const call = ([name, ...values]: Call): void => {
    const method: unknown = Object.hasOwn(widget, name) ? Reflect.get(widget, name) : undefined;
    if (typeof method === 'function') Reflect.apply(method, widget, values);
    else console.error(`Hubbub: there is no ${name}`);
  };
  window.Hubbub = { ...widget, loaded: true, push: (...calls) => calls.forEach(call) };
  for (const one of waiting ?? []) call(one);
}
