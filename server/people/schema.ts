import { z } from 'zod';
import { Locale, Skill } from '../conversations/schema.ts';

export const Role = z.enum(['agent', 'supervisor', 'admin']);
export type Role = z.infer<typeof Role>;

/** 'missed' is set by the router after two offers nobody took; the agent is told and comes back by hand. */
export const AgentState = z.enum(['offline', 'available', 'busy', 'break', 'missed']);
export type AgentState = z.infer<typeof AgentState>;

/** Somebody who works here. */
export type Person = {
  id: string;
  name: string;
  email: string;
  role: Role;
  locale: Locale;
  state: AgentState;
  stateReason: string | null;
  stateSince: Date;
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
export const StateInput = z.strictObject({ state: z.enum(['offline', 'available', 'busy', 'break']), reason: z.string().trim().max(100).optional() });
export const SignIn = z.strictObject({ email: z.string().min(1, 'enter your e-mail address').max(200), password: z.string().min(1, 'enter your password').max(128, 'use at most 128 characters') });
export const Setup = z.strictObject({ token: z.string().min(1, 'open the link that the server printed').max(200), name, email, password, locale: Locale.default('zh-CN') });
export const TokenInput = z.strictObject({ name, role: Role });
