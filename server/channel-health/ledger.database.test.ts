/** The ledger of a platform that can be asked: 30 % of its pushes are lost and the connector is started anew at any moment; the stored set is the sent set. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { dice } from '../../test/simulators/misbehaviour.ts';
import { startTwilioSmsSimulator, type TwilioSmsSimulator } from '../../test/simulators/twilio-sms.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { report } from './report.ts';

const roll = dice(30);
let node: Node;
let simulator: TwilioSmsSimulator;
let channel: Channel;
let dropped = 0;
beforeAll(async () => {
  simulator = await startTwilioSmsSimulator({ seed: 30 });
  node = await startNode(testMongod('ledger').uri, { soleNode: true });
  ({ channel } = await createChannel(node.hub, { kind: 'twilio-sms', name: 'SMS', config: simulator.config(), bot: false }));
  simulator.connect({
    url: `http://127.0.0.1:1/hooks/twilio-sms/${channel.id}`,
    async take(request) {
      // Twilio believes that somebody took it.
      if (roll() < 0.3) { dropped += 1; return new Response(null, { status: 200 }); }
      return await node.hub.channels.get(channel.id)?.connector.webhook?.(request) ?? new Response(null, { status: 503 });
    },
  });
});
afterAll(async () => { await node?.stop(); await simulator?.close(); });

test('300 messages, 20 restarts: nothing is missing, nothing is there twice, and the page says until when', async () => {
  simulator.order({ duplicates: 0.1, reordered: 0.1, delayMs: 20 });
  const customers = Array.from({ length: 10 }, (_, index) => `+1415555${3000 + index}`);
  let over = false;
  const restarting = (async () => {
    for (let restart = 0; restart < 20 || !over; restart += 1) {
      await pause(30 + roll() * 250);
      await node.hub.channels.start(channel);
    }
  })();
  for (let index = 0; index < 300; index += 1) {
    simulator.say(customers[index % customers.length] ?? '', `word ${index}`);
    await pause(8);
  }
  await simulator.quiet();
  over = true;
  await restarting;
  await node.hub.channels.start(channel);
  const said = simulator.history().said.map(({ id, text }) => ({ id, text })).toSorted((a, b) => a.id.localeCompare(b.id));
  const stored = async () => {
    const heads = await node.hub.store.conversations.listHeads({ channelId: channel.id }, 100);
    const entries = (await Promise.all(heads.map(({ id }) => node.hub.store.conversations.readEntries(id, { after: 0 })))).flat();
    return entries.filter(({ kind, actor }) => kind === 'message' && actor.kind === 'contact').map(({ externalId = '', content }) => ({ id: externalId, text: content?.text ?? '' })).toSorted((a, b) => a.id.localeCompare(b.id));
  };
  await eventually(async () => (await stored()).length >= said.length, 30_000).catch(async (error: Error) => { throw new Error(`${error.message}: ${(await stored()).length} of ${said.length}, ${JSON.stringify(await report(node.hub, channel))}`); });
  expect(await stored()).toEqual(said);
  expect(dropped).toBeGreaterThan(60);
  const found = await eventually(async () => { const it = await report(node.hub, channel); return it.completeUntil && !it.gap && it; });
  // Twilio is asked up to a minute ago.
  expect(Date.now() - (found.completeUntil?.getTime() ?? 0)).toBeLessThan(90_000);
}, 120_000);
