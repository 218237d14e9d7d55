/** What a channel of mail must know beside the mails: who else is named in a thread, and which subjects are being discussed with whom. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Inbound, Inbox } from '../connector.ts';
import { oneLine } from './charset.ts';
import type { Hints, Mailbox } from './parse.ts';
import { othersOf } from './sender.ts';

type Memory = Pick<Inbox, 'recall' | 'remember'>;

const Round = z.object({ others: z.array(z.string()), rounds: z.number() });
const Topic = z.object({ thread: z.string(), at: z.number(), people: z.array(z.string()).default([]) });

/** How long a subject alone may bring a mail back to its thread. */
const topicMs = 14 * 24 * 3_600_000;

const prefixes = /^\s*(?:\[?(?:re|aw|sv|antw|rif|ynt|fwd?|fw|wg|tr|回复|回覆|答复|答覆|转发|轉寄|转寄)\s*(?:[[(]?\d+[\])]?)?\]?\s*[:：]\s*)+/i;
const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** The matter of a subject line without its Re: and Fwd:; empty when it says too little to tell two matters apart. */
export function topicOf(subject: string): string {
  const topic = oneLine(subject).replace(prefixes, '').trim().toLowerCase();
  const letters = topic.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  const dense = topic.match(/\p{Script=Han}/gu)?.length ?? 0;
  return letters + dense * 2 >= 8 && !/^\(?no subject\)?$/.test(topic) ? topic : '';
}

const nameOf = (topic: string, person: string): string => `topic/${hash(`${topic}\n${person.toLowerCase()}`)}`;
const aroundOf = (topic: string): string => `topic/${hash(topic)}`;
const isThread = (key: string): boolean => /^m[0-9a-f]{24}$/.test(key);

/**
 * A mail without any usable reference: the same address that answers under the same subject goes on with its own thread (0.9).
 * Anybody else only gets a suggestion, and only if he was named in that thread (0.6) or is of the same company (0.4): strangers are never joined.
 */
export async function placed(inbound: Inbound, hints: Hints, memory: Memory, now: Date): Promise<Inbound> {
  const facts = inbound.content.email;
  const topic = topicOf(facts?.subject ?? '');
  if (!facts || topic === '' || facts.automatic || !prefixes.test(facts.subject)) return inbound;
  const fresh = (value: unknown): z.infer<typeof Topic> | null => {
    const known = Topic.safeParse(value).data;
    return known && now.getTime() - known.at < topicMs ? known : null;
  };
  const own = fresh(await memory.recall(nameOf(topic, inbound.from.value)));
  if (own && own.thread !== inbound.thread && !hints.doubtful) return { ...inbound, related: [...new Set([...inbound.related ?? [], own.thread])] };
  const around = own ?? fresh(await memory.recall(aroundOf(topic)));
  if (!around || around.thread === inbound.thread || (inbound.related ?? []).includes(around.thread)) return inbound;
  const likely = likeness(inbound.from.value, around.people, own !== null);
  return likely ? { ...inbound, content: { ...inbound.content, email: { ...facts, resembles: { thread: around.thread, ...likely } } } } : inbound;
}

const free = /^(gmail|googlemail|outlook|hotmail|live|yahoo|ymail|icloud|me|qq|foxmail|163|126|yeah|sina|sohu|aliyun|139|189|gmx|web|mail|proton|protonmail|t-online)\./;

function likeness(sender: string, people: string[], forged: boolean): { confidence: number; why: string } | null {
  if (forged) return { confidence: 0.5, why: 'the same subject and sender, but the mail server doubts the sender' };
  if (people.includes(sender.toLowerCase())) return { confidence: 0.6, why: 'the same subject, from somebody named in that conversation' };
  const domain = sender.toLowerCase().split('@')[1] ?? '';
  return domain !== '' && !free.test(domain) && people.some((one) => one.endsWith(`@${domain}`)) ? { confidence: 0.4, why: 'the same subject, from the same organisation' } : null;
}

/** To be called before a mail is stored, so that an answer knows whom to copy. */
export async function noteCircle(inbound: Inbound, hints: Hints, { address }: Pick<Mailbox, 'address'>, memory: Memory): Promise<void> {
  const facts = inbound.content.email;
  if (!facts || facts.automatic) return;
  const others = othersOf(facts.to, facts.cc, inbound.from.value, address);
  const begins = facts.inReplyTo === undefined && facts.references.length === 0 && (inbound.related ?? []).length === 0;
  if (begins && others.length === 0 && hints.rounds === 0) return;
  // The hub may keep the mail under any of these.
  for (const thread of [inbound.thread, ...(inbound.related ?? []).filter(isThread).slice(0, 4)]) {
    const before = await circleOf(thread, memory);
    if (before.rounds !== hints.rounds || before.others.join() !== others.join()) await memory.remember(`circle/${thread}`, { others, rounds: hints.rounds });
  }
}

/** Who else is named in the last mail of a thread, and how often hubs have answered there. */
export async function circleOf(thread: string, memory: Memory): Promise<z.infer<typeof Round>> {
  return Round.safeParse(await memory.recall(`circle/${thread}`)).data ?? { others: [], rounds: 0 };
}

/** Which thread a subject is discussed in, with whom. */
export async function noteTopic(subject: string, person: string, others: string[], thread: string, memory: Memory, now: Date): Promise<void> {
  const topic = topicOf(subject);
  if (topic === '' || !isThread(thread)) return;
  const at = now.getTime();
  await memory.remember(nameOf(topic, person), { thread, at, people: [] });
  await memory.remember(aroundOf(topic), { thread, at, people: [person, ...others].map((one) => one.toLowerCase()).slice(0, 20) });
}

/** The thread somebody discusses a subject in; for a mail of ours that names no other. */
export async function threadOfTopic(subject: string, person: string, memory: Memory): Promise<string | null> {
  const topic = topicOf(subject);
  return topic === '' ? null : Topic.safeParse(await memory.recall(nameOf(topic, person))).data?.thread ?? null;
}
