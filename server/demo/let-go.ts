/** The demo is being removed under a running server: what this process remembers of it must not come back. */
import { append } from '../conversations/append.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';

/** Ends the demo's open conversations so that router and screens forget them, stops its channels and unteaches the bot. Returns the conversations that are about to go. */
export async function letGo(hub: Hub): Promise<string[]> {
  const { demo, conversations, people } = hub.store;
  if (await demo.phase() !== 'ending') return [];
  const channels = new Set(await demo.tagged('channels'));
  for (const channel of await hub.store.channels.list()) if (channels.has(channel.id)) await hub.channels.forget(channel);
  const ours = new Set(await demo.conversations());
  const active = (await conversations.activeHeads()).filter(({ id }) => ours.has(id));
  await Promise.all(active.map(({ id }) => append(hub, id, { kind: 'resolved', actor: { kind: 'system', id: 'demo-off' } }).catch((error: unknown) => { if (!(error instanceof Problem)) throw error; })));
  await hub.knowledge.remove(await demo.tagged('answers'));
  for (const id of await demo.tagged('people')) {
    const person = await people.get(id);
    if (person) hub.events.emit('person', { person: { ...person, state: 'offline', disabled: true } });
  }
  const gone = new Set(await demo.tagged('queues'));
  hub.events.emit('queues', { queues: (await hub.store.queues.list()).filter(queue => !gone.has(queue.id)) });
  hub.known.threads.clear();
  hub.known.contacts.clear();
  await hub.heads.flush();
  hub.log.info('the demo was let go');
  return [...ours];
}
