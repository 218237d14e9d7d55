/** Words of routing rules: which queue a conversation that comes into line goes to, and why. The first rule that fits decides. */
import { z } from 'zod';
import { HandOver, Id, Locale, Skill } from '../conversations/schema.ts';

const some = <Item extends z.ZodType>(item: Item) => z.array(item).min(1, 'leave it out to mean all').max(200, 'at most 200');
const short = (most: number) => z.string().trim().min(1, 'must not be empty').max(most, `at most ${most} characters`);
const priority = z.int('a whole number from 0 (lowest) to 4 (urgent)').min(0, '0 is the lowest').max(4, '4 is the highest');

/** A field of the contact: what a form asked, what a colleague noted, what the site told. Texts are compared without regard to case. */
export const AttributeCondition = z.strictObject({
  name: short(60),
  is: z.enum(['equals', 'contains', 'present', 'absent']).default('equals'),
  /** One of them is enough; nothing for 'present' and 'absent'. */
  values: z.array(short(200)).max(50, 'at most 50').default([]),
}).refine(({ is, values }) => (is === 'present' || is === 'absent') === (values.length === 0), { message: "values go with 'equals' and 'contains' only", path: ['values'] });
export type AttributeCondition = z.infer<typeof AttributeCondition>;

/** All that are named must hold; within one, one of the values is enough. */
export const Conditions = z.strictObject({
  channels: some(Id).optional(),
  channelKinds: some(short(60)).optional(),
  /** Each of them. */
  attributes: z.array(AttributeCondition).min(1, 'leave it out to mean all').max(20, 'at most 20').optional(),
  /** The bot passed it on for one of these reasons; never true of a customer's first message. */
  handOver: some(HandOver.shape.reason).optional(),
  locales: some(Locale).optional(),
  /** Of the conversation when it comes into line, both ends included. */
  priority: z.strictObject({ min: priority.optional(), max: priority.optional() }).refine(({ min = 0, max = 4 }) => min <= max, 'min is above max').optional(),
  labels: some(short(60)).optional(),
  /** In the customer's first message. Letters and digits are matched as whole words, without regard to case or width. */
  words: some(short(60)).optional(),
  /** By the calendar it is open, or closed, at that moment. */
  hours: z.strictObject({ calendarId: Id, open: z.boolean() }).optional(),
  /** The customer had a conversation with us before this one, or this one was resolved before. */
  returning: z.boolean().optional(),
});
export type Conditions = z.infer<typeof Conditions>;

/** What a rule makes of a conversation; what it does not name stays as it would have been. */
export const Result = z.strictObject({
  queueId: Id.optional(),
  /** Asked for besides those the conversation has. */
  skills: z.array(Skill).max(20, 'at most 20 skills').refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'name each skill once').optional(),
  priority: priority.optional(),
  /** Also instead of a queue, level or priority that the bot named. */
  override: z.boolean().optional(),
}).refine(({ queueId, skills, priority: level }) => queueId !== undefined || level !== undefined || (skills?.length ?? 0) > 0, 'name a queue, a skill or a priority');
export type Result = z.infer<typeof Result>;

export const RoutingRule = z.strictObject({
  name: z.string('give the rule a name').trim().min(1, 'give the rule a name').max(80, 'at most 80 characters'),
  enabled: z.boolean().default(true),
  when: Conditions.default({}),
  result: Result,
});
export type RoutingRule = z.infer<typeof RoutingRule>;

/** In their order. Names tell them apart. */
export const RoutingRules = z.array(RoutingRule).max(200, 'at most 200 rules').superRefine((rules, context) => {
  rules.forEach(({ name }, at) => {
    if (rules.findIndex((rule) => rule.name === name) < at) context.addIssue({ code: 'custom', path: [at, 'name'], message: 'another rule has this name' });
  });
});

/** PUT /routing-rules. `version`: the one they began from; 0: there was none. */
export const RoutingRulesInput = z.strictObject({ version: z.int().min(0), rules: RoutingRules });
export type RoutingRulesInput = z.infer<typeof RoutingRulesInput>;

/** A saving. Version 0 is the empty list that nobody saved. */
export type RulesVersion = RoutingRulesInput & { at: Date | null; by: { id: string; name: string } | null };

/** What the rules look at. */
export type RoutingFacts = {
  channelId: string;
  channelKind: string;
  attributes: Record<string, string>;
  handOver: HandOver['reason'] | null;
  locale: Locale;
  priority: number;
  labels: string[];
  text: string;
  returning: boolean;
  at: Date;
};

/** Where it would go without a rule, and what of that the bot named itself. */
export type Otherwise = { queueId: string | null; priority: number; skills: Skill[]; named?: { queue?: boolean; priority?: boolean } };

/** Why a conversation went where it went; in the receipt of the entry that put it in line, as `routed`. */
export type RoutedReceipt = {
  version: number;
  rule: string;
  /** Of the rule in its list, from 1. */
  place: number;
  moment: 'first' | 'hand-over';
  queueId: string | null;
  /** As it would have been without the rule. */
  instead: { queueId: string | null; priority: number };
  skills?: Skill[];
  priority?: number;
  /** The bot named it, and the rule does not override. */
  kept?: ('queue' | 'priority')[];
  /** The rule's queue does not exist any more. */
  gone?: true;
};

/** Of a stored receipt what tells how it would have been. */
export const StoredReceipt = z.object({ instead: z.object({ queueId: z.string().nullable(), priority: z.number() }) });

/** Where a conversation goes. `priority` undefined: as it would have been. */
export type Routed = { queueId: string | null; priority: number | undefined; skills: Skill[]; receipt: RoutedReceipt };

/** A conversation is about to come into line: by the customer's message, or from the bot. */
export type InLine =
  | { moment: 'first'; conversationId: string; contactId: string; channelId: string; text: string; queueId: string | null; priority: number }
  | { moment: 'hand-over'; conversationId: string; handOver: HandOver };

/** POST /routing-rules/dry-run: over the newest conversations of so many days. */
export const DryRunInput = z.strictObject({ rules: RoutingRules, days: z.int().min(1).max(90).default(7), limit: z.int().min(1).max(5_000).default(1_000) });
export type DryRunInput = z.infer<typeof DryRunInput>;

/** One conversation that would go elsewhere; `rule` null: none fits any more. `changes`: what is different. */
export type Redirected = { conversationId: string; contactName: string; preview: string; channelId: string; at: Date; from: string | null; to: string | null; rule: string | null; changes: ('queue' | 'skills' | 'priority')[] };
export type DryRun = {
  /** Conversations that came into line in that time, and how many of them would have gone to another queue, or otherwise. */
  looked: number;
  moved: number;
  otherwise: number;
  queues: { queueId: string | null; before: number; after: number }[];
  /** In their order; how many each would have decided. */
  rules: { rule: string; decided: number }[];
  /** The newest, at most 200; those that change queue first. */
  items: Redirected[];
  /** There were more conversations than were looked at. */
  cut: boolean;
};
