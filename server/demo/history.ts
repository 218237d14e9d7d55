/** The past of the demo shop: contacts and their conversations of the last 30 days. Pure: the same world and seed, the same past. */
import type { Answer } from '../answers/schema.ts';
import type { Claim, Contact, Identity } from '../contacts/schema.ts';
import type { Policy } from '../conversations/rules/apply.ts';
import type { Attachment, Locale } from '../conversations/schema.ts';
import type { Cast } from './cast.ts';
import type { Courtesies, FileKind, QueueName, Topic } from './content/shape.ts';
import { courtesiesEn, topicsEn } from './content/topics-en.ts';
import { courtesiesZh, topicsZh } from './content/topics-zh.ts';
import type { Place as Address } from './addresses.ts';
import { makeContact, type Known } from './contacts.ts';
import { plot, type Ending } from './plots.ts';
import type { Chance } from './random.ts';
import { lengthOf, record, type Recorded } from './record.ts';

/** A channel of the demo as the past needs it. `account`: which of ours on the platform; `reaches`: the last that is told of a message of ours. */
export type Place = { channelId: string; kind: string; locales: Locale[]; share: number; namespace: string; policy: Policy; account?: string; reaches: 'sent' | 'delivered' | 'read' };
export type Serving = { id: string; locale: Locale; queues: QueueName[]; capacity: number; everything: boolean };
/** All that is there before the first customer writes. */
export type World = {
  now: Date;
  chance: Chance;
  places: Place[];
  agents: Serving[];
  queues: Record<QueueName, string>;
  answers: { key: string; answer: Answer }[];
  files: Record<FileKind, Attachment[]>;
};
export type Past = { contacts: Contact[]; identities: Omit<Identity, 'id'>[]; claims: Omit<Claim, 'id'>[]; conversations: Recorded[] };

const shop: Record<Locale, { topics: Topic[]; words: Courtesies }> = { 'zh-CN': { topics: topicsZh, words: courtesiesZh }, en: { topics: topicsEn, words: courtesiesEn } };

/** How 300 conversations stand today. */
export const endings: Record<Ending, number> = { bot: 22, queue: 16, assigned: 20, 'waits-for-us': 16, reopened: 10, pending: 16, snoozed: 12, automatic: 4, 'resolved-by-bot': 84, resolved: 100 };
const entriesOf = (counts: Record<Ending, number>): Ending[] => [
  ...many('resolved', counts.resolved), ...many('resolved-by-bot', counts['resolved-by-bot']), ...many('automatic', counts.automatic), ...many('snoozed', counts.snoozed), ...many('pending', counts.pending),
  ...many('reopened', counts.reopened), ...many('waits-for-us', counts['waits-for-us']), ...many('assigned', counts.assigned), ...many('queue', counts.queue), ...many('bot', counts.bot),
];
const many = (ending: Ending, count: number): Ending[] => Array.from({ length: count }, () => ending);

/** Minutes between the last entry and now. */
const silence: Record<Exclude<Ending, 'resolved' | 'resolved-by-bot' | 'automatic'>, [number, number]> = {
  bot: [2, 90], queue: [1, 40], assigned: [3, 240], 'waits-for-us': [1, 90], reopened: [5, 300], pending: [120, 2_800], snoozed: [180, 3_600],
};
/** Share of customers by hour of their day. */
const hours = [1, 0, 0, 0, 0, 1, 2, 4, 7, 10, 12, 11, 8, 8, 10, 11, 10, 9, 8, 10, 12, 11, 7, 3];
const busiest = Math.max(...hours);
const dayMs = 86_400_000;

/** Tells the past of this world. @param counts how many conversations stand how */
export function history(world: World, counts: Record<Ending, number> = endings): Past {
  const contacts: Contact[] = [];
  const identities: Omit<Identity, 'id'>[] = [];
  const claims: Omit<Claim, 'id'>[] = [];
  const regulars: Known[] = [];
  const load = new Map<string, number>();
  const conversations = entriesOf(counts).map((ending) => {
    const { chance, now } = world;
    const place = placeFor(world, ending);
    const locale = chance.pick(place.locales);
    const known = chance.happens(0.3) ? regulars.find(one => one.locale === locale && !one.places.has(place.channelId)) : undefined;
    const person = known ?? makeContact({ chance, locale, words: shop[locale].words, now, number: 1000 + contacts.length, newId: at => idAt(chance, at) });
    if (!known) { contacts.push(person.contact); regulars.push(person); }
    person.places.add(place.channelId);
    const address = person.addressOn(place.kind, place.account);
    const facts = { contactId: person.contact.id, channelId: place.channelId, firstSeenAt: person.contact.createdAt };
    identities.push({ ...facts, kind: place.namespace, value: address.value, stable: address.stable, evidence: 'wrote-from-it' });
    for (const { kind, value } of address.also) claims.push({ ...facts, kind, value: kind === 'phone' ? value.replace('+', '') : value, evidence: 'attested', lastSeenAt: now });

    const cast = castOf(world, { ending, place, locale, person, address, load });
    const steps = plot(cast, ending);
    const start = startOf(world, ending, locale, lengthOf(steps));
    // Nobody wrote before we met them.
    if (start < person.contact.createdAt) person.contact.createdAt = start;
    return record(idAt(chance, start), steps, start, at => idAt(chance, at));
  });
  for (const identity of identities) identity.firstSeenAt = contacts.find(contact => contact.id === identity.contactId)?.createdAt ?? identity.firstSeenAt;
  return { contacts, identities, claims, conversations };
}

/** An id as the store makes them: it begins with the time. */
const idAt = (chance: Chance, at: Date): string => Math.floor(at.getTime() / 1000).toString(16).padStart(8, '0') + chance.hex();

function placeFor({ places, chance }: World, ending: Ending): Place {
  const possible = places.filter(place => (ending === 'automatic' ? place.kind === 'email' : ending === 'bot' || ending === 'resolved-by-bot' ? place.policy.bot : true));
  let luck = chance.next() * possible.reduce((sum, place) => sum + place.share, 0);
  const found = possible.find(place => (luck -= place.share) <= 0) ?? possible[0];
  if (!found) throw new Error(`no channel of the demo can end with ${ending}`);
  return found;
}

function startOf({ chance, now }: World, ending: Ending, locale: Locale, seconds: number): Date {
  if (ending !== 'resolved' && ending !== 'resolved-by-bot' && ending !== 'automatic') {
    const [low, high] = silence[ending];
    return new Date(now.getTime() - chance.between(low * 60, high * 60) * 1000 - seconds * 1000);
  }
  const latest = now.getTime() - seconds * 1000 - 600_000;
  const east = locale === 'en' ? 0 : 8;
  for (let tries = 0; tries < 50; tries++) {
    const at = new Date(now.getTime() - Math.floor(chance.next() * 30 * dayMs));
    const busy = hours[(at.getUTCHours() + east) % 24] ?? 0;
    if (at.getTime() <= latest && chance.next() * busiest < busy) return at;
  }
  return new Date(latest);
}

type Scene = { ending: Ending; place: Place; locale: Locale; person: Known; address: Address; load: Map<string, number> };

function castOf(world: World, { ending, place, locale, person, address, load }: Scene): Cast {
  const { chance, now } = world;
  const { topics, words } = shop[locale];
  const topic = chance.pick(topics);
  const facts: Record<string, string> = { order: `${locale === 'en' ? 'PC' : 'ZH'}${chance.between(100_000, 999_999)}`, item: chance.pick(words.items), city: chance.pick(words.cities), amount: `${chance.between(18, 480)}` };
  const fill = (text: string) => text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => facts[name] ?? whole);
  const ours = world.answers.filter(({ answer }) => answer.locale === locale);
  // Whom the bot could help asked something it knows; who came to a person had a matter.
  const byBot = ending === 'bot' || ending === 'resolved-by-bot';
  const first = byBot ? chance.pick(ours) : ours.find(({ key }) => key === topic.answer);
  const team = world.agents.filter(one => one.queues.includes(topic.queue) && (one.everything || one.locale === locale));
  const isOpen = ending === 'assigned' || ending === 'waits-for-us' || ending === 'reopened';
  // Whoever signs in must have room for what comes in.
  const free = team.filter(one => !isOpen || (load.get(one.id) ?? 0) < (one.everything ? one.capacity / 2 : one.capacity - 1));
  const agent = chance.pick(free.length ? free : team);
  if (isOpen) load.set(agent.id, (load.get(agent.id) ?? 0) + 1);
  const others = team.filter(one => one.id !== agent.id);
  return {
    chance, locale, topic, words, contact: { id: person.contact.id, name: person.contact.name, address: address.address },
    thread: { channelId: place.channelId, key: place.kind === 'email' ? `<${chance.hex()}@mail.example>` : address.thread, address: address.address },
    kind: place.kind, reaches: place.reaches, policy: place.policy, subject: fill(topic.subject), queueId: world.queues[topic.queue], agentId: agent.id, otherId: others.length ? chance.pick(others).id : agent.id,
    answers: first ? [first.answer, chance.pick(ours.filter(one => one !== first)).answer] : [],
    asks: byBot && first ? [first.answer.question, ...first.answer.variants] : topic.asks,
    until: new Date(now.getTime() + chance.between(1, 70) * 3_600_000),
    file: kind => (world.files[kind].length ? chance.pick(world.files[kind]) : undefined),
    fill,
  };
}
