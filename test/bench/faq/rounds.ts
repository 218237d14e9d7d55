/** Parts a data set into rounds: what the bot is taught, and what it is then asked. The same rounds on every machine. */
import { createHash } from 'node:crypto';
import { localeOf } from '../../../bots/locale.ts';
import type { Indexed } from '../../../server/answers/schema.ts';
import type { DataSet, Line } from './read.ts';

/** `expected` is null where nothing that the bot was taught covers the question. */
export type Asked = { text: string; expected: string | null };
export type Round = { knowledge: Indexed[]; asked: Asked[] };

/** One phrasing of five is asked, the others are wordings; one answer of five is unknown to the bot. */
const FOLDS = 5;
/** More questions than these say nothing new. */
const MOST_ASKED = 4_000;

const hash = (text: string): number => createHash('sha1').update(text).digest().readUInt32BE(0);
const shuffled = <T>(items: T[], key: (item: T) => string): T[] => items.map((item) => ({ item, order: hash(key(item)) })).toSorted((a, b) => a.order - b.order).map(({ item }) => item);

/** Every phrasing is asked once in the rounds, in four of five with its answer known; of a large set as many rounds and questions as are needed. */
export function roundsOf(set: DataSet): Round[] {
  const unique = new Map(set.lines.map((line) => [`${line.answerId ?? ''}\n${line.text}`, line]));
  const lines = shuffled([...unique.values()], ({ text }) => text);
  const byAnswer = Map.groupBy(lines.filter((line) => line.answerId !== null), (line) => line.answerId ?? '');
  const ids = shuffled([...new Set([...byAnswer.keys(), ...set.answers.keys()])], (id) => id);
  const idSet = new Set(ids);
  const uncovered = [...lines, ...set.asked].filter((line) => line.answerId === null || !idSet.has(line.answerId));
  const apart = shuffled(set.asked.filter((line) => line.answerId !== null && idSet.has(line.answerId)), ({ text }) => text);
  const parted = set.asked.some((line) => line.answerId !== null);
  const rounds = Array.from({ length: FOLDS }, (_, fold) => {
    const known = ids.filter((_id, place) => place % FOLDS !== fold);
    const phrasings = (id: string): Line[] => byAnswer.get(id) ?? [];
    const taught = (id: string): string[] => phrasings(id).filter((_line, place, all) => parted || !inFold(place, fold, all.length)).map((line) => line.text);
    const knowledge = known.flatMap((id) => answerOf(set, id, taught(id)));
    const there = new Set(knowledge.map((answer) => answer.id));
    const own = parted ? apart.filter((_line, place) => place % FOLDS === fold)
      : ids.flatMap((id) => phrasings(id).filter((_line, place, all) => inFold(place, fold, all.length)));
    const strange = uncovered.filter((_line, place) => place % FOLDS === fold);
    const asked = [...own, ...strange].map(({ text, answerId }) => ({ text, expected: answerId !== null && there.has(answerId) ? answerId : null }));
    return { knowledge, asked };
  });
  return limited(rounds);
}

// With fewer than five phrasings each still comes up in one round only, and never leaves its answer without a wording.
const inFold = (place: number, fold: number, all: number): boolean => (all > 1 ? place % FOLDS === fold : fold === 0);

function limited(rounds: Round[]): Round[] {
  const most = Math.ceil(MOST_ASKED / rounds.length);
  // Loading a large base five times would take minutes and teach nothing that two rounds do not.
  const few = (rounds[0]?.knowledge.length ?? 0) > 20_000 ? rounds.slice(0, 1) : rounds;
  return few.map(({ knowledge, asked }) => ({ knowledge, asked: shuffled(asked, ({ text }) => `${text} asked`).slice(0, most) })).filter(({ knowledge }) => knowledge.length > 0);
}

function answerOf(set: DataSet, id: string, wordings: string[]): Indexed[] {
  const written = set.answers.get(id);
  const [question, ...variants] = [...(written?.question === undefined ? [] : [written.question]), ...wordings];
  if (question === undefined) return [];
  // A label such as card_arrival was written for programs: a bot that reads it would know what no customer's answer says.
  const answer = written?.answer ?? (/\s|\p{Script=Han}/u.test(id) ? id : `#${id.replaceAll(/[^\p{L}\p{N}]+/gu, '')}`);
  return [{ id, question, variants, answer, locale: localeOf([question, ...variants].join(' '), 'en') }];
}
