/** Other words: a summary, a draft reworded, a translation. */
import type { Asked, Writer } from '../../bots/writer.ts';
import type { Head, Locale } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { inTime, said, turnsOf, type Flow } from './episode.ts';
import { addsNothing, sameFacts } from './rules/facts.ts';
import { summaryOf } from './rules/summary.ts';
import type { Summary, Wording } from './schema.ts';

/** The facts in any case; written as well where a model is there and awake. */
export async function summarise(hub: Hub, head: Head, locale: Locale, flow: Flow): Promise<Summary> {
  const lines = await said(hub, head);
  const { writer } = hub;
  const facts = summaryOf(lines);
  if (!writer || lines.length === 0) return facts;
  const all = turnsOf(lines).map(({ text }) => text).join('\n');
  const written = await inTime(hub, head, passing(flow, text => addsNothing(all, text)), asked => writer.summarise(turnsOf(lines), locale, asked)).catch(() => undefined);
  // A number or a link that nobody said is made up: then the facts stand alone.
  return { ...facts, ...(written && addsNothing(all, written) ? { written } : {}) };
}

/** A draft in other words. Throws a Problem where there is no model, or where it changed a fact. */
export const rewrite = (hub: Hub, head: Head, text: string, wording: Wording, flow: Flow): Promise<string> => reworded(hub, head, text, flow, (writer, asked) => writer.rewrite(text, wording, asked));

/** A text in the other language. */
export const translate = (hub: Hub, head: Head, text: string, to: Locale, flow: Flow): Promise<string> => reworded(hub, head, text, flow, (writer, asked) => writer.translate(text, to, asked));

async function reworded(hub: Hub, head: Head, text: string, flow: Flow, ask: (writer: Writer, asked: Asked) => Promise<string>): Promise<string> {
  const { writer } = hub;
  if (!writer) throw new Problem('not-supported', { 'zh-CN': '尚未配置语言模型。', en: 'No language model is configured.' });
  // The model's own error may quote the text or the key.
  const words = await inTime(hub, head, passing(flow, words => addsNothing(text, words)), asked => ask(writer, asked)).catch(() => { throw new Problem('unavailable', { 'zh-CN': '语言模型暂时没有回应，请稍后再试。', en: 'The language model does not answer. Try again in a moment.' }); });
  if (!sameFacts(text, words)) throw new Problem('unavailable', { 'zh-CN': '模型改动了数字或链接，结果未采用。', en: 'The model changed a number or a link, so its words were not used.' });
  return words;
}

/** Lets through of a draft only what passes. */
const passing = ({ gone, draft }: Flow, passes: (text: string) => boolean): Flow => ({ gone, ...(draft ? { draft: (text: string) => { if (passes(text)) draft(text); } } : {}) });
