/** Fills a hub with the demo: a shop, its people and 30 days of its past. */
import { refresh } from '../bot-numbers/refresh.ts';
import { joinByRule } from '../contacts/link.ts';
import type { Hub } from '../hub.ts';
import { hire, layOut, openChannels, openQueues, takePictures, teach, type DemoSignIn } from './house.ts';
import { simulated } from './content/channels.ts';
import { history } from './history.ts';
import { makeOnePerson } from './one-person.ts';
import { chance } from './random.ts';
import type { Stage } from './stage.ts';

const seed = 20_261;

/** Writes the demo unless it is there. Returns how to sign in when it was written just now; the password is shown this once. */
export async function seedDemo(hub: Hub, stage: Stage): Promise<DemoSignIn | null> {
  const { demo } = hub.store;
  const phase = await demo.phase();
  if (phase === 'on') return null;
  // Seeding or removing was cut short: begin with a clean floor.
  if (phase !== 'off') await demo.clear();
  const started = performance.now();
  await demo.setPhase('seeding');
  hub.log.info('the demo is being written: some seconds');
  // The program takes some seconds to load; meanwhile the house is furnished.
  if (stage.isThere) for (const { kind } of simulated) void stage.settings(kind).catch(() => undefined);
  const { agents, signIn } = await hire(hub);
  const queues = await openQueues(hub, agents);
  const [places, answers] = [await openChannels(hub, queues, stage), await teach(hub)];
  await layOut(hub);
  const luck = chance(seed);
  const files = await takePictures(hub, luck, places[0]?.channelId ?? '');
  const past = history({ now: hub.now(), chance: luck, places, agents, queues, answers, files });
  const proven = makeOnePerson(past, places);
  const conversations = await writePast(hub, past);
  if (proven) await joinByRule(hub, proven.one, proven.other, 'same-address', proven.evidence);
  await demo.setPhase('on');
  hub.log.info({ conversations, ms: Math.round(performance.now() - started) }, 'the demo is written');
  return signIn;
}

async function writePast(hub: Hub, { contacts, identities, claims, conversations }: ReturnType<typeof history>): Promise<number> {
  const { demo, contacts: contactStore, conversations: store } = hub.store;
  await demo.tag('contacts', contacts.map(contact => contact.id));
  await demo.tag('heads', conversations.map(({ head }) => head.id));
  const met = new Set<string>();
  const first = identities.filter(identity => !met.has(identity.contactId) && met.add(identity.contactId));
  const byId = new Map(contacts.map(contact => [contact.id, contact]));
  await Promise.all(first.map(async (identity) => { const contact = byId.get(identity.contactId); if (contact) await contactStore.meet(identity, contact); }));
  await Promise.all(identities.filter(identity => !first.includes(identity)).map(identity => contactStore.addIdentity(identity)));
  await Promise.all(claims.map(claim => contactStore.claim(claim)));
  await Promise.all(conversations.flatMap(({ entries }) => entries.map(entry => store.insertEntry(entry))));
  await store.writeHeads(conversations.map(({ head }) => head));
  // The router and the screens learn of the work that is there, as of any.
  for (const { head, entries } of conversations) {
    const entry = entries.findLast(each => 'handler' in each.changes);
    if (entry && head.status !== 'resolved' && (head.handler === 'queue' || head.handler === 'agent')) hub.events.emit('appended', { entry, head, own: false });
  }
  // Written in the past, its entries are behind what was read already.
  await refresh(hub, conversations.map(({ head }) => ({ conversationId: head.id, start: 1 })));
  return conversations.length;
}
