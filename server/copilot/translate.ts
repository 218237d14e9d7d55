/** What a customer wrote, in the language of whoever reads it: made once for everybody, never of what speaks to a machine. */
import { FENCE } from '../../bots/guard/fence.ts';
import { localeOf } from '../../bots/locale.ts';
import type { Head, Locale } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import type { Flow } from './episode.ts';
import { saidIn } from './rules/said.ts';
import type { Translation } from './schema.ts';
import { translate } from './words.ts';

const longest = 8_000;
/** Two who ask at once wait for one model. */
const underWay = new Map<string, Promise<Translation>>();

/** A message as it stands now. `same`: it is in that language already, and no model was asked. */
export async function translateMessage(hub: Hub, head: Head, seq: number, to: Locale, flow: Flow): Promise<Translation & { same?: true }> {
  // What it says now: it may have been edited or taken back since.
  const line = saidIn(await hub.store.conversations.readEntries(head.id, { after: seq - 1 })).find(each => each.seq === seq);
  if (!line) throw new Problem('not-found', { 'zh-CN': '这条消息没有可翻译的文字。', en: 'There are no words to translate at this place.' });
  if (localeOf(line.text, to === 'en' ? 'zh-CN' : 'en') === to) return { seq, to, source: line.text, text: line.text, same: true };
  const known = await hub.store.copilot.translationOf({ conversationId: head.id, seq, to, source: line.text });
  if (known) return known;
  if (line.text.length > longest) throw new Problem('invalid', { 'zh-CN': '这条消息太长，无法翻译。', en: 'This message is too long to be translated.' });
  if (!FENCE.mayAskModel([line.text])) throw new Problem('conflict', { 'zh-CN': '这条消息像是写给模型的指令，未作翻译，请阅读原文。', en: 'This message seems to give orders to a language model. It was not translated; read the original.' });
  const key = `${head.id}/${seq}/${to}/${line.text}`;
  const making = underWay.get(key) ?? make(hub, head, { seq, to, source: line.text }, flow).finally(() => underWay.delete(key));
  underWay.set(key, making);
  return making;
}

async function make(hub: Hub, head: Head, { seq, to, source }: Pick<Translation, 'seq' | 'to' | 'source'>, flow: Flow): Promise<Translation> {
  // Kept though whoever asked has gone: it is paid for, and the next reader has it.
  const text = await translate(hub, head, source, to, { gone: hub.stopping, ...(flow.draft ? { draft: flow.draft } : {}) });
  const translation: Translation = { seq, to, source, text, ...(hub.writer ? { model: hub.writer.model } : {}) };
  await hub.store.copilot.keepTranslation(head.id, translation, hub.now());
  return translation;
}
