import { z } from 'zod';
import { Locale, Skill, type Actor } from '../conversations/schema.ts';

export const Role = z.enum(['agent', 'supervisor', 'admin']);
export type Role = z.infer<typeof Role>;

/**
 * Only 'available' is offered work. 'busy' and 'outbound' may still dial out and be handed work by colleagues. 'missed' is set by the
 * router after two offers nobody took; the agent is told and comes back by hand. 'away' is set when an available agent does nothing.
 */
export const AgentState = z.enum(['offline', 'available', 'busy', 'break', 'training', 'outbound', 'missed', 'away']);
export type AgentState = z.infer<typeof AgentState>;
/** What people say of themselves; the rest is found out. */
export const ChosenState = AgentState.exclude(['missed', 'away']);
/** States that may have a reason. */
export const ReasonedState = ChosenState.exclude(['available']);
export type ReasonedState = z.infer<typeof ReasonedState>;

/** Somebody who works here. */
export type Person = {
  id: string;
  name: string;
  email: string;
  role: Role;
  locale: Locale;
  state: AgentState;
  /** The id of a reason in the settings, or of the machine's own: 'disconnected', 'unanswered', 'idle', 'active'. */
  stateReason: string | null;
  stateSince: Date;
  /** Kinds of channels of which nothing is offered though they are available; absent: none. */
  offFor?: string[];
  /** Units of work at once; a conversation costs its channel's units. */
  capacity: number;
  /** Most units of one channel kind; a kind that is absent has no cap of its own. */
  perChannelCaps?: Record<string, number>;
  skills: Skill[];
  preferences: Record<string, unknown>;
  disabled: boolean;
  createdAt: Date;
};

const name = z.string().trim().min(1, 'a name is needed').max(100);
const email = z.email('must be an e-mail address, e.g. li@example.com').max(200).transform(address => address.toLowerCase());
/** At most 128 characters: hashing a megabyte is a way to stop a server. */
const password = z.string().min(10, 'use at least 10 characters').max(128, 'use at most 128 characters');
const capacity = z.number().int().min(0).max(50);
/** Of each kind of channel, most units at once. */
const perChannelCaps = z.record(z.string().min(1).max(60), capacity).refine(value => Object.keys(value).length <= 50, 'at most 50 kinds of channels');
const preferences = z.record(z.string().max(60), z.union([z.string().max(2000), z.number(), z.boolean(), z.null()])).refine(value => Object.keys(value).length <= 100, 'at most 100 preferences');

export const PersonInput = z.strictObject({ name, email, password, role: Role.default('agent'), locale: Locale.default('zh-CN'), skills: z.array(Skill).max(50).default([]), capacity: capacity.default(5), perChannelCaps: perChannelCaps.optional() });
export type PersonInput = z.infer<typeof PersonInput>;

export const PersonChange = z.strictObject({ name: name.optional(), email: email.optional(), password: password.optional(), role: Role.optional(), skills: z.array(Skill).max(50).optional(), capacity: capacity.optional(), perChannelCaps: perChannelCaps.optional(), disabled: z.boolean().optional() });
export type PersonChange = z.infer<typeof PersonChange>;

/** What people may change of themselves: not the role, the skills or the capacity. */
export const OwnChange = z.strictObject({ name: name.optional(), locale: Locale.optional(), preferences: preferences.optional() });
export type OwnChange = z.infer<typeof OwnChange>;

export const OwnPassword = z.strictObject({ current: z.string().min(1, 'enter your password').max(128), password });
const reasonId = z.string().regex(/^[a-z0-9-]{1,40}$/, 'lower-case letters, digits and hyphens, at most 40');
/** Kinds of channels of which somebody is offered nothing. */
export const OffFor = z.strictObject({ offFor: z.array(z.string().min(1).max(60)).max(50, 'at most 50 kinds of channels') });
/** `offFor` absent: as it was. */
export const StateInput = z.strictObject({ state: ChosenState, reason: reasonId.nullable().optional(), offFor: OffFor.shape.offFor.optional() });
export type StateInput = z.infer<typeof StateInput>;
export const SignIn = z.strictObject({ email: z.string().min(1, 'enter your e-mail address').max(200), password: z.string().min(1, 'enter your password').max(128, 'use at most 128 characters') });
export const Setup = z.strictObject({ token: z.string().min(1, 'open the link that the server printed').max(200), name, email, password, locale: Locale.default('zh-CN') });
export const TokenInput = z.strictObject({ name, role: Role });

const bothWords = z.strictObject({ 'zh-CN': z.string().trim().min(1, 'say it in Chinese').max(40, 'at most 40 characters'), en: z.string().trim().min(1, 'say it in English').max(40, 'at most 40 characters') });

/** Why somebody is not available. Its id stays in the log when it is taken off the list. */
export const StateReason = z.strictObject({ id: reasonId, words: bothWords, states: z.array(ReasonedState).min(1, 'choose at least one state') });
export type StateReason = z.infer<typeof StateReason>;

/** How agents say what they do. */
export const StateSettings = z.strictObject({
  reasons: z.array(StateReason).max(100, 'at most 100 reasons').refine(all => new Set(all.map(({ id }) => id)).size === all.length, 'each id once'),
  /** States that ask for a reason. */
  mandatory: z.array(ReasonedState).max(ReasonedState.options.length),
  /** After so many minutes without any activity 'available' becomes 'away'; null: never. `back`: by the next activity, or by hand. */
  away: z.strictObject({ minutes: z.int('whole minutes').min(1, 'at least a minute').max(480, 'at most 8 hours'), back: z.enum(['activity', 'hand']) }).nullable(),
  /** `byRequest`: agents go on a break once it is approved, by a supervisor, or at once while fewer than `autoApprove` are on one. */
  breaks: z.strictObject({ byRequest: z.boolean(), autoApprove: z.int('a whole number').min(0, 'not less than 0').max(1000, 'at most 1000') }),
}).superRefine(({ reasons, mandatory }, context) => {
  for (const [at, state] of mandatory.entries()) {
    if (!reasons.some(({ states }) => states.includes(state))) context.addIssue({ code: 'custom', path: ['mandatory', at], message: `there is no reason for '${state}' to choose` });
  }
});
export type StateSettings = z.infer<typeof StateSettings>;

/** `rev`: the saving they began from. */
export const StateSettingsInput = z.strictObject({ rev: z.int().min(0), settings: StateSettings });
export type StateSettingsInput = z.infer<typeof StateSettingsInput>;

/** One line of the log of states; a line is written whenever one of these changes. `words`: the reason as it was called then. */
export type LoggedState = { state: AgentState; reason: string | null; words?: StateReason['words']; offFor?: string[]; at: Date; by?: Actor };
/** A time in one state. `to` null: it lasts. */
export type StateInterval = Omit<LoggedState, 'at'> & { from: Date; to: Date | null };

/** The log of at most 31 days, by default the last one. */
export const StatesQuery = z.strictObject({ from: z.iso.datetime({ offset: true }).optional(), to: z.iso.datetime({ offset: true }).optional() });
export type StatesQuery = z.infer<typeof StatesQuery>;
