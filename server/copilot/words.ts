/** Other words: a summary, a draft reworded, a translation. */
import type { Asked, Writer } from '../../bots/writer.ts';
import type { Head, Locale } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { inTime, said } from './episode.ts';
import { sameFacts } from './rules/facts.ts';
import { summaryOf } from './rules/summary.ts';
import type { Summary, Wording } from './schema.ts';

/** The facts in any case; written as well where a model is there and awake. */
export async function summarise(hub: Hub, head: Head, locale: Locale): Promise<Summary> {
  const lines = await said(hub, head);
  const { writer } = hub;
  const written = !writer || lines.length === 0 ? undefined : await inTime(hub, head, asked => writer.summarise(lines.map(({ by, text }) => ({ from: by, text })), locale, asked)).catch(() => undefined);
  return { ...summaryOf(lines), ...(written ? { written } : {}) };
}

/** A draft in other words. Throws a Problem where there is no model, or where it changed a fact. */
export const rewrite = (hub: Hub, head: Head, text: string, wording: Wording): Promise<string> => reworded(hub, head, text, (writer, asked) => writer.rewrite(text, wording, asked));

/** A text in the other language. */
export const translate = (hub: Hub, head: Head, text: string, to: Locale): Promise<string> => reworded(hub, head, text, (writer, asked) => writer.translate(text, to, asked));

async function reworded(hub: Hub, head: Head, text: string, ask: (writer: Writer, asked: Asked) => Promise<string>): Promise<string> {
  const { writer } = hub;
  if (!writer) throw new Problem('not-supported', { 'zh-CN': '尚未配置语言模型。', en: 'No language model is configured.' });
  // The model's own error may quote the text or the key.
  const words = await inTime(hub, head, asked => ask(writer, asked)).catch(() => { throw new Problem('unavailable', { 'zh-CN': '语言模型暂时没有回应，请稍后再试。', en: 'The language model does not answer. Try again in a moment.' }); });
  if (!sameFacts(text, words)) throw new Problem('unavailable', { 'zh-CN': '模型改动了数字或链接，结果未采用。', en: 'The model changed a number or a link, so its words were not used.' });
  return words;
}
