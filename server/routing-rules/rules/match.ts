/** Which rule decides, and what becomes of a conversation by it. */
import type { Skill } from '../../conversations/schema.ts';
import type { AttributeCondition, Conditions, InLine, Otherwise, Routed, RoutedReceipt, RoutingFacts, RoutingRule } from '../schema.ts';

/** @param isOpen whether a calendar is open at a moment; one that is gone is always open */
export type IsOpen = (calendarId: string, at: Date) => boolean;

const plain = (text: string): string => text.normalize('NFKC').toLowerCase().trim();
const letter = /[\p{L}\p{N}]/u;
/** Chinese, Japanese and Korean are written without spaces: there a word is wherever its characters stand. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;
const joins = (char: string | undefined): boolean => char !== undefined && letter.test(char) && !unspaced.test(char);

/** Whether a word stands in a text: "pro" is not in "problem". Both are plain. */
function contains(text: string, word: string): boolean {
  const chars = [...word];
  const [first, last] = [chars[0], chars.at(-1)];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = [...text.slice(Math.max(0, at - 2), at)].at(-1);
    const after = [...text.slice(at + word.length, at + word.length + 2)][0];
    if (!(joins(first) && joins(before)) && !(joins(last) && joins(after))) return true;
  }
  return false;
}

function holds({ name, is, values }: AttributeCondition, attributes: Record<string, string>): boolean {
  const wanted = plain(name);
  const value = plain(Object.entries(attributes).find(([key]) => plain(key) === wanted)?.[1] ?? '');
  if (is === 'present' || is === 'absent') return (value !== '') === (is === 'present');
  return value !== '' && values.some((each) => (is === 'equals' ? value === plain(each) : value.includes(plain(each))));
}

/** Why a rule does not fit; null: it does. The first that fails, in the order in which they are shown. */
export function misfit(when: Conditions, facts: RoutingFacts, isOpen: IsOpen): keyof Conditions | null {
  if (when.channels && !when.channels.includes(facts.channelId)) return 'channels';
  if (when.channelKinds && !when.channelKinds.includes(facts.channelKind)) return 'channelKinds';
  if (when.handOver && !(facts.handOver && when.handOver.includes(facts.handOver))) return 'handOver';
  if (when.locales && !when.locales.includes(facts.locale)) return 'locales';
  if (when.priority && (facts.priority < (when.priority.min ?? 0) || facts.priority > (when.priority.max ?? 4))) return 'priority';
  if (when.labels && !when.labels.some((label) => facts.labels.includes(label))) return 'labels';
  if (when.returning !== undefined && when.returning !== facts.returning) return 'returning';
  if (when.attributes && !when.attributes.every((each) => holds(each, facts.attributes))) return 'attributes';
  if (when.words) {
    const text = plain(facts.text);
    if (!when.words.some((word) => contains(text, plain(word)))) return 'words';
  }
  if (when.hours && isOpen(when.hours.calendarId, facts.at) !== when.hours.open) return 'hours';
  return null;
}

/** The first rule that fits, and its place from 1. */
export function firstMatch(rules: readonly RoutingRule[], facts: RoutingFacts, isOpen: IsOpen): { rule: RoutingRule; place: number } | null {
  const at = rules.findIndex(({ enabled, when }) => enabled && misfit(when, facts, isOpen) === null);
  const rule = rules[at];
  return rule ? { rule, place: at + 1 } : null;
}

/** What somebody has to read before the rules can decide. */
export const looksAt = (rules: readonly RoutingRule[], what: keyof Conditions): boolean => rules.some(({ enabled, when }) => enabled && when[what] !== undefined);

/** Skills with those a rule adds. Where both name one, the first list counts. */
export const withSkills = (first: Skill[], added: Skill[]): Skill[] => [...first, ...added.filter(({ name }) => !first.some((skill) => skill.name === name))];

/** What the rule makes of it. What the bot named itself stays, unless the rule overrides. @param isQueue whether there is such a queue */
export function outcome(found: { rule: RoutingRule; place: number }, version: number, moment: InLine['moment'], otherwise: Otherwise, isQueue: (id: string) => boolean): Routed {
  const { result, name } = found.rule;
  const override = result.override ?? false;
  const keeps = { queue: !override && result.queueId !== undefined && otherwise.named?.queue === true, priority: !override && result.priority !== undefined && otherwise.named?.priority === true };
  const gone = result.queueId !== undefined && !isQueue(result.queueId);
  const queueId = result.queueId === undefined || gone || keeps.queue ? otherwise.queueId : result.queueId;
  const priority = keeps.priority ? undefined : result.priority;
  const kept = (['queue', 'priority'] as const).filter((what) => keeps[what]);
  const skills = override ? withSkills(result.skills ?? [], otherwise.skills) : withSkills(otherwise.skills, result.skills ?? []);
  const receipt: RoutedReceipt = {
    version, rule: name, place: found.place, moment, queueId, instead: { queueId: otherwise.queueId, priority: otherwise.priority },
    ...(result.skills?.length ? { skills: result.skills } : {}), ...(priority === undefined ? {} : { priority }), ...(kept.length > 0 ? { kept } : {}), ...(gone ? { gone } : {}),
  };
  return { queueId, priority, skills, receipt };
}
