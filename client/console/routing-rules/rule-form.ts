/** A rule as its form shows it, there and back. */
import type { AttributeCondition, Conditions, RoutingRule } from '../../../server/routing-rules/schema.ts';

type Reason = NonNullable<Conditions['handOver']>[number];
type Language = NonNullable<Conditions['locales']>[number];
export const reasons: Reason[] = ['asked', 'low-confidence', 'policy', 'error', 'automatic-off'];
export const languages: Language[] = ['zh-CN', 'en'];
export const comparisons: AttributeCondition['is'][] = ['equals', 'contains', 'present', 'absent'];
/** A list may not hold '' as a choice: this stands for nothing chosen. */
export const none = 'none';

export type RuleForm = {
  name: string; enabled: boolean; channels: string[]; kinds: string[]; handOver: Reason[]; locales: Language[]; labels: string[]; words: string;
  min: number; max: number; attributes: { name: string; is: AttributeCondition['is']; values: string }[]; calendarId: string; open: 'open' | 'closed'; returning: 'any' | 'yes' | 'no';
  queueId: string; skills: { name: string; level: number }[]; priority: string; override: boolean;
};

const lowest = 0;
const highest = 4;
export const blankRule = (): RuleForm => ({ name: '', enabled: true, channels: [], kinds: [], handOver: [], locales: [], labels: [], words: '', min: lowest, max: highest, attributes: [], calendarId: none, open: 'open', returning: 'any', queueId: none, skills: [], priority: none, override: false });

export function formOf({ name, enabled, when, result }: RoutingRule): RuleForm {
  return {
    ...blankRule(), name, enabled, channels: [...when.channels ?? []], kinds: [...when.channelKinds ?? []], handOver: [...when.handOver ?? []], locales: [...when.locales ?? []], labels: [...when.labels ?? []], words: (when.words ?? []).join(', '),
    min: when.priority?.min ?? lowest, max: when.priority?.max ?? highest, attributes: (when.attributes ?? []).map(({ values, ...each }) => ({ ...each, values: values.join(', ') })),
    calendarId: when.hours?.calendarId ?? none, open: when.hours?.open === false ? 'closed' : 'open', returning: when.returning === undefined ? 'any' : when.returning ? 'yes' : 'no',
    queueId: result.queueId ?? none, skills: (result.skills ?? []).map((skill) => ({ ...skill })), priority: result.priority === undefined ? none : String(result.priority), override: result.override ?? false,
  };
}

/** Parts of a line, by commas of either kind. */
const parts = (line: string): string[] => line.split(/[,，、;；\n]/).map((each) => each.trim()).filter((each) => each !== '');
const some = <Item>(all: Item[]): Item[] | undefined => (all.length > 0 ? [...all] : undefined);
const defined = <Fields extends object>(fields: Fields): Fields => JSON.parse(JSON.stringify(fields));

export function ruleOf(form: RuleForm): RoutingRule {
  const ends = { ...(form.min > lowest ? { min: form.min } : {}), ...(form.max < highest ? { max: form.max } : {}) };
  return defined({
    name: form.name.trim(), enabled: form.enabled,
    when: {
      channels: some(form.channels), channelKinds: some(form.kinds), handOver: some(form.handOver), locales: some(form.locales), labels: some(form.labels), words: some(parts(form.words)),
      priority: form.min > lowest || form.max < highest ? ends : undefined,
      attributes: some(form.attributes.filter(({ name }) => name.trim() !== '').map(({ name, is, values }) => ({ name: name.trim(), is, values: is === 'equals' || is === 'contains' ? parts(values) : [] }))),
      hours: form.calendarId === none ? undefined : { calendarId: form.calendarId, open: form.open === 'open' }, returning: form.returning === 'any' ? undefined : form.returning === 'yes',
    },
    result: { queueId: form.queueId === none ? undefined : form.queueId, skills: some(form.skills.filter(({ name }) => name.trim() !== '')), priority: form.priority === none ? undefined : Number(form.priority), override: form.override || undefined },
  });
}
