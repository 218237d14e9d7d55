/** Which question of a customer an entry says was not answered. */
import type { Entry } from '../../conversations/schema.ts';
import type { Sign } from '../schema.ts';

/** A question in its place: the messages of one burst. */
export type Asked = { id: string; seq: number; at: Date; text: string; channelId: string };

/** Thumbs down, and faces that are cross or sad. */
const DISPLEASED = /^(?:\u{1F44E}|\u{1F620}|\u{1F621}|\u{1F624}|\u{1F92C}|\u{1F61E}|\u{2639}|\u{1F641})/u;
/** Shorter words after choices pick one of them; they ask nothing. */
const PICKS = 6;

const isOurs = ({ kind, actor }: Entry) => kind === 'message' && (actor.kind === 'bot' || actor.kind === 'agent' || actor.kind === 'program');
const isTheirs = ({ kind, actor }: Entry) => kind === 'message' && actor.kind === 'contact';

/** The customer's words before a place, back to what we said before them; not further than the last matter. */
function burstBefore(entries: readonly Entry[], end: number, idle: (text: string) => boolean): (Asked & { start: number }) | null {
  let last = end - 1;
  for (; last >= 0; last--) {
    const entry = entries[last];
    if (!entry || entry.kind === 'resolved') return null;
    if (isTheirs(entry)) break;
  }
  let start = last;
  for (let at = last; at >= 0; at--) {
    const entry = entries[at];
    if (!entry || isOurs(entry) || entry.kind === 'resolved') break;
    if (isTheirs(entry)) start = at;
  }
  const said = entries.slice(Math.max(0, start), last + 1).filter(entry => isTheirs(entry) && entry.content?.text?.trim() && !idle(entry.content.text));
  const [first] = said;
  if (!first?.thread) return null;
  return { id: first.id, seq: first.seq, at: first.at, channelId: first.thread.channelId, text: said.map(entry => entry.content?.text?.trim()).join(' '), start };
}

/** What the customer asked that the next word of ours answers; null: we spoke last, or nothing was asked in this matter. */
export function repliedTo(before: readonly Entry[], idle: (text: string) => boolean): string | null {
  const last = before.findLast(entry => isOurs(entry) || isTheirs(entry) || entry.kind === 'resolved');
  return last && isTheirs(last) ? burstBefore(before, before.length, idle)?.text ?? null : null;
}

const lastIndex = (entries: readonly Entry[], wanted: (entry: Entry) => boolean) => entries.findLastIndex((entry, at) => wanted(entry) && !entries.slice(at).some(later => later.kind === 'resolved'));

/** Whether an entry may say so at all: most do not, and cost nothing. */
export function mayTell({ kind, actor, content, emoji }: Entry): boolean {
  if (actor.kind === 'bot') return kind === 'queued' || (kind === 'message' && (content?.choices?.length ?? 0) > 0);
  return actor.kind === 'contact' && kind === 'reaction' && DISPLEASED.test(emoji ?? '');
}

/** The question that `cause` says was not answered. @param before the entries before it, oldest first  @param idle words that ask nothing: a greeting, thanks */
export function signOf(before: readonly Entry[], cause: Entry, idle: (text: string) => boolean): { sign: Sign; asked: Asked } | null {
  const tell = (sign: Sign, asked: (Asked & { start: number }) | null) => {
    if (!asked) return null;
    const { start: _start, ...rest } = asked;
    return { sign, asked: rest };
  };
  if (cause.kind === 'message') return tell('asked-back', burstBefore(before, before.length, idle));
  if (cause.kind === 'reaction') {
    const about = before.findLastIndex(entry => entry.actor.kind === 'bot' && entry.externalId !== undefined && entry.externalId === cause.about);
    return about < 0 ? null : tell('rated-low', burstBefore(before, about, idle));
  }
  const reason = cause.receipt?.['reason'];
  if (reason === 'low-confidence') {
    const asked = burstBefore(before, before.length, idle);
    const choices = asked && before.slice(0, asked.start).findLast(isOurs)?.content?.choices?.length;
    return tell('handed-over', asked && choices && asked.text.length <= PICKS ? burstBefore(before, asked.start, idle) ?? asked : asked);
  }
  if (reason !== 'asked') return null;
  // The customer wants a person: only what the bot had said before it was not enough.
  const answered = lastIndex(before, ({ kind, actor, content }) => kind === 'message' && actor.kind === 'bot' && ((content?.sources?.length ?? 0) > 0 || (content?.choices?.length ?? 0) > 0));
  return answered < 0 ? null : tell('after-answer', burstBefore(before, answered, idle));
}
