/** The entry of /widget.js: finds its own script element and starts. */
import { start } from './start.ts';

const self = document.currentScript;
start(self instanceof HTMLScriptElement ? self : document.querySelector<HTMLScriptElement>('script[src*="/widget.js"]'));
