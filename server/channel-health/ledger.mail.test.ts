/** The ledger of a mailbox: the connector is started anew at any moment, Dovecot goes away and comes back; every mail is here once. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMailServers, type MailServers } from '../../test/mail/servers.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { dice } from '../../test/simulators/misbehaviour.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { report } from './report.ts';

const address = 'support@hub.test';
const roll = dice(7);
let mail: MailServers;
let node: Node;
let channel: Channel;
beforeAll(async () => {
  mail = await startMailServers();
  node = await startNode(testMongod('mail_ledger').uri, { soleNode: true, probeMs: 4_000 });
  ({ channel } = await createChannel(node.hub, { kind: 'email', name: 'mail', bot: false, config: {
    address, imapHost: '127.0.0.1', imapPort: mail.ports.imaps, imapUser: address, imapPassword: mail.password, smtpHost: '127.0.0.1', smtpPort: mail.ports.smtps, allowSelfSigned: true, plusAddressing: 'off',
  } }));
});
afterAll(async () => { await node?.stop(); await mail?.stop(); });

test('80 mails, 12 restarts, an outage: each is stored once', async () => {
  let over = false;
  const restarting = (async () => {
    for (let restart = 0; restart < 12 && !over; restart += 1) {
      await pause(100 + roll() * 600);
      await node.hub.channels.start(channel);
    }
  })();
  for (let index = 0; index < 80; index += 1) {
    const id = `<ledger-${index}@example.test>`;
    await mail.deliver([`From: c${index % 8}@example.test`, `To: ${address}`, `Subject: word ${index}`, `Message-ID: ${id}`, 'Date: Sat, 21 Nov 2026 10:00:00 +0800', 'Content-Type: text/plain; charset=utf-8', '', `word ${index}`, ''].join('\r\n'), address, `c${index % 8}@example.test`);
    if (index === 40) await mail.stopDovecot();
    if (index === 55) await mail.startDovecot();
  }
  over = true;
  await restarting;
  await node.hub.channels.start(channel);
  const stored = async () => {
    const heads = await node.hub.store.conversations.listHeads({ channelId: channel.id }, 200);
    return (await Promise.all(heads.map(({ id }) => node.hub.store.conversations.readEntries(id, { after: 0 })))).flat().filter(({ kind }) => kind === 'message').map(({ externalId }) => externalId ?? '').toSorted();
  };
  const wanted = Array.from({ length: 80 }, (_, index) => `<ledger-${index}@example.test>`).toSorted();
  await eventually(async () => (await stored()).length >= 80, 60_000);
  expect(await stored()).toEqual(wanted);
  const found = await eventually(async () => { const it = await report(node.hub, channel); return it.completeUntil && !it.gap && it; }, 20_000);
  expect(Date.now() - (found.completeUntil?.getTime() ?? 0)).toBeLessThan(90_000);
}, 120_000);

test('the probe asks both servers', async () => {
  const connector = node.hub.channels.get(channel.id)?.connector;
  await eventually(async () => await connector?.probe?.().then(() => true, () => false), 20_000);
  await mail.stopDovecot();
  await expect(eventually(async () => { await connector?.probe?.(); return false; }, 10_000)).rejects.toMatchObject({ name: 'Error', kind: 'unreachable' });
  await mail.startDovecot();
  await eventually(async () => await connector?.probe?.().then(() => true, () => false), 30_000);
}, 90_000);
