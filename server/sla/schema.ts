/** Words of service level agreements: which conversations are to be answered and resolved within which time. */
import { z } from 'zod';
import { Id } from '../conversations/schema.ts';

const year = 366 * 24 * 60;
const minutes = z.number('minutes, e.g. 30').positive('more than 0 minutes').max(year, 'at most a year');

/** Minutes, each optional. first: the customer's first message or the last reopening to the first human reply. next: each turn of the customer to the next human reply. resolution: opened to resolved, without the time in which we wait for the customer. */
export const Targets = z.strictObject({ first: minutes.optional(), next: minutes.optional(), resolution: minutes.optional() })
  .refine((targets) => Object.values(targets).some((value) => value !== undefined), 'name at least one target');
export type Targets = z.infer<typeof Targets>;

const some = <Item extends z.ZodType>(item: Item) => z.array(item).min(1, 'leave it out to mean all').max(200, 'at most 200');

/** All that are named must fit; what is left out fits everything. */
export const AppliesTo = z.strictObject({
  queueIds: some(Id).optional(),
  channelIds: some(Id).optional(),
  priorities: some(z.int().min(0).max(4)).optional(),
  /** One of them is enough. */
  labels: some(z.string().min(1).max(60)).optional(),
});
export type AppliesTo = z.infer<typeof AppliesTo>;

/** How long before a deadline it is warned of: so many minutes, or so many per cent of the target; null: never. */
export const Warning = z.discriminatedUnion('unit', [
  z.strictObject({ unit: z.literal('minutes'), value: minutes }),
  z.strictObject({ unit: z.literal('percent'), value: z.number().min(1, 'at least 1 %').max(99, 'at most 99 %') }),
]).nullable();

const name = z.string('give the policy a name').trim().min(1, 'give the policy a name').max(80, 'at most 80 characters');

/** POST /sla/policies. */
export const SlaPolicyInput = z.strictObject({
  name,
  enabled: z.boolean().default(true),
  appliesTo: AppliesTo.default({}),
  targets: Targets,
  /** Only its open time counts; null: clock time. */
  calendarId: Id.nullable().default(null),
  warning: Warning.default({ unit: 'percent', value: 20 }),
});
export type SlaPolicyInput = z.infer<typeof SlaPolicyInput>;

/** PATCH /sla/policies/:id: only what is named. `order`: the place in the list, from 0. */
export const SlaPolicyPatch = z.strictObject({
  name: name.optional(), enabled: z.boolean().optional(), appliesTo: AppliesTo.optional(), targets: Targets.optional(), calendarId: Id.nullable().optional(), warning: Warning.optional(), order: z.int().min(0).max(1000).optional(),
});
export type SlaPolicyPatch = z.infer<typeof SlaPolicyPatch>;

/** The first of the list that fits a conversation is its policy. `version` grows with each saving. */
export type SlaPolicy = SlaPolicyInput & { id: string; version: number; order: number };

/** What a policy looks at. */
export type SlaFacts = { queueId: string | null; channelId: string; priority: number; labels: string[] };

/** POST /sla/which: a conversation, or facts of one that there might be. */
export const Which = z.union([
  z.strictObject({ conversationId: Id }),
  z.strictObject({ queueId: Id.nullable().default(null), channelId: Id, priority: z.int().min(0).max(4).default(1), labels: z.array(z.string().max(60)).max(100).default([]) }),
]);

/** Why a policy does not fit; null: it does. */
export type Misfit = 'disabled' | 'queue' | 'channel' | 'priority' | 'label';
export type WhichAnswer = { policyId: string | null; looked: { policyId: string; name: string; misfit: Misfit | null }[] };
