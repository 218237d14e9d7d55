/** Whether a matter is done, read off the conversation without a model. When in doubt it is not. */
import type { Entry, Head } from '../../conversations/schema.ts';
import type { Verdict } from '../schema.ts';

/** How words are read; the caller brings it. `thanks`: thanks, a greeting, and nothing else. */
export type Reading = { serious(text: string): boolean; unhappy(text: string): boolean; thanks(text: string): boolean };

/** Money that is taken, owed or given back; what nobody should find closed. Added to what the bot itself leaves to people. */
const MONEY = /退款|退货|退貨|退钱|退錢|退费|退費|扣款|扣费|扣費|扣钱|扣錢|多扣|多收|乱收|亂收|少退|补偿|補償|没到账|沒到賬|欠款|债|法律|合同纠纷|隐私|隱私|\brefund|money back|overcharg|double.?charged|charged (?:me|my|us|our|twice|wrong)|\bdebit(?:ed)?\b|\bowed?\b|\blegal|\bprivacy|\bgdpr\b/iu;
/** Thumbs down, and faces that are cross or sad. */
const DISPLEASED = /^(?:\u{1F44E}|\u{1F620}|\u{1F621}|\u{1F624}|\u{1F92C}|\u{1F61E}|\u{2639}|\u{1F641})/u;
/** A person who only looked, or sorted, has not taken part. */
const ONLY_LOOKED: ReadonlySet<Entry['kind']> = new Set(['read', 'labelled', 'prioritised', 'event', 'reaction']);
const ASKS = /[?？]["”』」)）\s]*$/u;

const byPerson = ({ kind, actor }: Entry): boolean => kind === 'queued' || ((actor.kind === 'agent' || actor.kind === 'program') && !ONLY_LOOKED.has(kind));
const heard = ({ kind, actor }: Entry): boolean => actor.kind === 'contact' && (kind === 'message' || kind === 'edited');
const answers = ({ kind, actor }: Entry): boolean => kind === 'message' && actor.kind === 'bot';
const isAnswer = (entry: Entry | undefined): boolean => (entry?.content?.sources?.length ?? 0) > 0;

/** Only letters that our rules can read, and nothing but letters. */
function readable({ content }: Entry): boolean {
  if (!content || content.unreadable || content.attachments?.length || content.cards?.length || content.location) return false;
  const letters = (content.text ?? '').match(/\p{L}/gu) ?? [];
  return letters.every((letter) => /[\p{Script=Han}\p{Script=Latin}]/u.test(letter)) && Boolean(content.text?.trim());
}

/** Of each message the last reaction counts. */
function displeased(entries: readonly Entry[]): boolean {
  const last = new Map(entries.filter(({ kind, actor }) => kind === 'reaction' && actor.kind === 'contact').map(({ about, emoji }) => [about, emoji ?? '']));
  return [...last.values()].some((emoji) => DISPLEASED.test(emoji));
}

/** Judges the present matter of a conversation whose customer fell silent. @param entries all of the present matter, oldest first */
export function completion(head: Pick<Head, 'handler' | 'labels' | 'lastContactSeq' | 'lastReplySeq'>, entries: readonly Entry[], reading: Reading): Verdict {
  const stays = (why: Extract<Verdict, { done: false }>['why']): Verdict => ({ done: false, why });
  const said = entries.filter(heard);
  const texts = said.map(({ content }) => content?.text ?? '');
  const ours = entries.filter(answers);
  const [last, before] = [ours.at(-1), ours.at(-2)];
  const lastHeard = said.at(-1);

  if (head.handler !== 'bot' || entries.some(byPerson)) return stays('people');
  if ([...texts, ...head.labels].some((text) => MONEY.test(text) || reading.serious(text))) return stays('serious');
  if (texts.some(reading.unhappy) || entries.some(({ kind, actor }) => kind === 'prioritised' && actor.id === 'sentiment')) return stays('mood');
  if (displeased(entries)) return stays('rated-low');
  if (!last || !lastHeard) return stays('no-answer');
  if (lastHeard.seq > last.seq || head.lastContactSeq > head.lastReplySeq) return stays('customer-last');
  if (said.some((entry) => !readable(entry))) return stays('unreadable');
  if (last.delivery && !['sent', 'delivered', 'read'].includes(last.delivery.state)) return stays('undelivered');

  const burst = said.filter(({ seq }) => seq < last.seq && seq > (before?.seq ?? 0)).map(({ content }) => content?.text ?? '');
  // Thanks for an answer end it; thanks for being asked back, or for nothing, do not.
  const thanked = burst.length > 0 && burst.every(reading.thanks);
  const answer = thanked ? before : last;
  if (answer?.content?.choices?.length || (!thanked && ASKS.test(last.content?.text ?? ''))) return stays('asked-back');
  if (!isAnswer(answer)) return stays('no-answer');
  return { done: true, why: thanked ? 'thanked' : 'answered' };
}
