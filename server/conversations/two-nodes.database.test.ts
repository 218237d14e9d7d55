/** Two nodes on one database: nobody locks, the unique indexes decide. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testMongod } from '../../test/setup/mongo.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { Problem } from '../problem.ts';
import { append } from './append.ts';
import { receive } from './receive.ts';
import { blank, fold } from './rules/fold.ts';
import { reply } from './speak.ts';

const { uri } = testMongod('two_nodes');
let nodes: [Node, Node];
let channel: Channel;

beforeAll(async () => {
  const first = await startNode(uri);
  ({ channel } = await createChannel(first.hub, { kind: 'api', name: 'api', config: {} }));
  nodes = [first, await startNode(uri)];
});
afterAll(async () => { for (const node of nodes ?? []) await node.stop(); });

const word = (thread: string, id: string, text = id) => ({ externalId: id, thread, from: { value: thread, stable: true }, content: { text } });
const agent = { kind: 'agent' as const, id: 'aaaaaaaaaaaaaaaaaaaaaaaa' };

test('two first messages at once open one conversation', async () => {
  const [a, b] = await Promise.all(nodes.map(({ hub }, index) => receive(hub, channel, word('first', `first-${index}`))));
  expect(a?.conversationId).toBe(b?.conversationId);
  expect([a?.seq, b?.seq].toSorted()).toEqual([1, 2]);
});

test('a message delivered fifty times at once, to both, is there once', async () => {
  const seqs = await Promise.all(Array.from({ length: 50 }, (_, index) => receive(nodes[index % 2 === 0 ? 0 : 1].hub, channel, word('fifty', 'same'))));
  expect(new Set(seqs.map(each => `${each.conversationId}#${each.seq}`)).size).toBe(1);
});

test('both append to one conversation: no gap, nothing twice, every head is the fold', async () => {
  const { conversationId } = await receive(nodes[0].hub, channel, word('busy', 'busy-0'));
  await Promise.all(Array.from({ length: 60 }, (_, index) => {
    const { hub } = nodes[index % 2 === 0 ? 0 : 1];
    return index % 3 === 0 ? reply(hub, conversationId, agent, { text: `answer ${index}`, clientId: `client-${index}` }) : receive(hub, channel, word('busy', `busy-${index}`));
  }));
  for (const { hub } of nodes) await hub.heads.flush();
  const entries = await nodes[0].hub.store.conversations.readEntries(conversationId, { after: 0 });
  expect(entries.map(entry => entry.seq)).toEqual(entries.map((_, index) => index + 1));
  expect(entries).toHaveLength(61);
  expect(await nodes[0].hub.store.conversations.readHead(conversationId)).toEqual(fold(blank(conversationId), entries));
});

test('one of two who take a conversation gets it', async () => {
  const { conversationId } = await receive(nodes[0].hub, channel, word('race', 'race-0'));
  await append(nodes[0].hub, conversationId, { kind: 'offered', agentId: 'a1', until: new Date(Date.now() + 20_000), receipt: {} }).catch(() => undefined);
  const results = await Promise.allSettled(nodes.map(({ hub }) => append(hub, conversationId, head => ({ kind: 'assigned', actor: agent, agentId: head.offer?.agentId ?? 'nobody', only: 'offered' }))));
  expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1);
  const [lost] = results.filter(result => result.status === 'rejected');
  expect(lost?.reason).toBeInstanceOf(Problem);
});
