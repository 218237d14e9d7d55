/** Random lives of a few contacts: whoever is joined and parted, nobody loses a word, no rule overrides a person, and every merge can be taken back. */
import fc from 'fast-check';
import { z } from 'zod';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChannelKind } from '../../connectors/connector.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { receive } from '../conversations/receive.ts';
import { Problem } from '../problem.ts';
import { identify } from './identify.ts';
import { dismiss, merge, unmerge } from './link.ts';
import { normalAddress } from './rules/address.ts';

const agent = { kind: 'agent' as const, id: 'aaaaaaaaaaaaaaaaaaaaaaaa' };
const kind: ChannelKind = {
  manifest: { kind: 'post', label: { 'zh-CN': '邮政', en: 'Post' }, icon: 'i-lucide-mail', official: true, config: z.object({}), carries: { html: false, attachments: false, typing: false, receipts: false }, limits: { textLength: 1000, attachmentBytes: 0 }, units: 1, sending: 'idempotent', burstMs: 0 },
  create: async () => ({ async start() {}, send: async message => ({ externalId: message.key }), async stop() {} }),
};

let node: Node;
let channel: Channel;
beforeAll(async () => {
  node = await startNode(testMongod('people_model').uri, { kinds: [kind], soleNode: true });
  ({ channel } = await createChannel(node.hub, { kind: 'post', name: 'post', config: {} }));
});
afterAll(async () => { await node?.stop(); });

const size = 4;
const who = fc.nat(size - 1);
/** Few, so that many share them. */
const facts = [['phone', 1, true], ['phone', 1, true], ['wxid', 1, true], ['unionid', 1, true], ['unionid', 2, true], ['phone', 1, false]] as const;
const commands = fc.array(fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('told' as const), who, fact: fc.constantFrom(...facts) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('merge' as const), who, other: who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('unmerge' as const), who, other: who }) },
  fc.record({ do: fc.constant('dismiss' as const), who, other: who }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('say' as const), who }) },
), { minLength: 4, maxLength: 16 });

let world = 0;
test('joined and parted at random', { timeout: 240_000 }, async () => {
  await fc.assert(fc.asyncProperty(commands, async list => {
    const run = ++world;
    const { hub } = node;
    const { contacts } = hub.store;
    const address = (index: number) => `w${run}-${index}`;
    const ids: string[] = [];
    const said = new Map<string, string[]>();
    const sayIn = async (index: number) => {
      const words = said.get(ids[index] ?? '') ?? [];
      words.push(`${address(index)}: ${words.length}`);
      await receive(hub, channel, { externalId: words.at(-1) ?? '', thread: address(index), from: { value: address(index), stable: true }, content: { text: words.at(-1) ?? '' } });
    };
    for (let index = 0; index < size; index++) {
      const { contactId } = await identify(hub, channel, { value: address(index), stable: true });
      ids.push(contactId);
      said.set(contactId, []);
      await sayIn(index);
    }
    const stored = async () => JSON.stringify([await node.db.collection<{ _id: string }>('contacts').find({ _id: { $in: ids } }).sort({ _id: 1 }).toArray(), await node.db.collection('entries').find({ 'actor.id': { $in: ids } }).project({ conversationId: 1, seq: 1, actor: 1, thread: 1, content: 1 }).sort({ conversationId: 1, seq: 1 }).toArray()]);
    const split = async () => Promise.all(ids.map(async id => (await contacts.freshComponent(id)).members));
    const together = (partition: string[][], a: number, b: number) => partition[a]?.includes(ids[b] ?? '') ?? false;
    /** Pairs that a person parted last, and nobody joined since. */
    let parted: [number, number][] = [];

    for (const command of list) {
      const before = await split();
      const other = 'other' in command ? command.other : command.who;
      const [a, b] = [ids[command.who] ?? '', ids[other] ?? ''];
      const docs = command.do === 'say' ? '' : await stored();
      const done = await (async () => {
        if (command.do === 'say') return await sayIn(command.who);
        hub.known.contacts.clear(); // a restart, a day later: what was said is looked at again
        if (command.do === 'told') {
          const [kindOf, value, attested] = command.fact;
          return void await identify(hub, channel, { value: address(command.who), stable: true, also: [{ kind: kindOf, value: `${run}000000${value}`, attested }] });
        }
        if (command.do === 'merge') return await merge(hub, a, b, agent, 'model');
        if (command.do === 'unmerge') return await unmerge(hub, b, a, agent, 'model');
        return await dismiss(hub, a, b, agent, 'model');
      })().then(() => true, (error: unknown) => { if (error instanceof Problem) return false; throw error; });
      const after = await split();
      if (command.do !== 'say') expect(await stored()).toBe(docs); // nothing but edges, refusals and claims is ever written
      if (command.do === 'say' || command.do === 'dismiss' || !done || (command.do === 'told' && !command.fact[2])) expect(after).toEqual(before);

      if (command.do === 'merge') {
        expect(done).toBe(!together(before, command.who, other));
        expect(together(after, command.who, other)).toBe(true);
        const joined = new Set([...before[command.who] ?? [], ...before[other] ?? []].map(id => ids.indexOf(id)));
        parted = parted.filter(pair => !pair.every(each => joined.has(each)));
        if (done) { // taken back at once, everything is as it was; then joined again
          await unmerge(hub, b, a, agent, 'at once');
          expect(await split()).toEqual(before);
          await merge(hub, a, b, agent, 'again');
          expect(await split()).toEqual(after);
        }
      }
      if (command.do === 'unmerge' && a !== b) {
        expect(done).toBe(together(before, command.who, other));
        expect(together(after, command.who, other)).toBe(false);
        if (done) before.forEach((members, index) => { // who was not in it is not touched; it falls into two, and no third
          if (!members.includes(a)) expect(after[index]).toEqual(members);
          else expect([...after[command.who] ?? [], ...after[other] ?? []].toSorted()).toEqual(members);
        });
        if (done) parted.push([command.who, other]);
      }
      if (command.do === 'dismiss' && done) parted.push([command.who, other]);

      after.forEach((members, index) => { expect(members).toContain(ids[index]); for (const member of members) expect(after[ids.indexOf(member)]).toEqual(members); });
      for (const [one, two] of parted) expect({ parted: [one, two], together: together(after, one, two) }).toEqual({ parted: [one, two], together: false });
      if (command.do === 'told' || command.do === 'dismiss') continue;
      for (const [index, members] of after.entries()) {
        const history = await hub.store.conversations.historyOf(members, undefined, 500);
        expect(history.map(entry => entry.content?.text).toSorted()).toEqual(members.flatMap(id => said.get(id) ?? []).toSorted());
        expect((await hub.store.conversations.historyOf([ids[index] ?? ''], undefined, 500)).toReversed().map(entry => entry.content?.text)).toEqual(said.get(ids[index] ?? ''));
      }
    }
    const claims = await contacts.claimsOf(ids);
    for (const edge of await contacts.edgeHistory(ids)) { // what a rule joined is vouched for on both sides
      if (edge.by.kind !== 'system') continue;
      const { kind: what = '', value = '' } = edge.evidence ?? {};
      for (const end of [edge.from, edge.into]) expect(claims).toContainEqual(expect.objectContaining({ contactId: end, kind: what, value: normalAddress(what, value), evidence: 'attested' }));
    }
  }), { numRuns: 25 });
});
