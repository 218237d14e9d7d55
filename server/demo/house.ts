/** Furnishes the demo: people, queues, channels, what the bot knows, labels and replies. A name that is taken stays its owner's. */
import { randomBytes } from 'node:crypto';
import { createChannel } from '../channels/change.ts';
import { completeConfig } from '../channels/config.ts';
import type { Channel } from '../channels/schema.ts';
import type { Answer } from '../answers/schema.ts';
import type { Locale } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { createPerson } from '../people/change.ts';
import { storeFile } from '../attachments/store-file.ts';
import { answersEn } from './content/answers-en.ts';
import { answersZh } from './content/answers-zh.ts';
import { colleagues, colourOf, extraLabels, keptReplies, queueNames } from './content/house.ts';
import { simulated } from './content/channels.ts';
import type { FileKind, QueueName } from './content/shape.ts';
import { topicsEn } from './content/topics-en.ts';
import { topicsZh } from './content/topics-zh.ts';
import { fileOf } from './files.ts';
import type { Place, Serving, World } from './history.ts';
import type { Chance } from './random.ts';
import type { Stage } from './stage.ts';

/** How the demo's admin signs in; the password is known only now. */
export type DemoSignIn = { email: string; password: string };

/** Everybody who works in the demo. Only the first one can sign in. */
export async function hire(hub: Hub): Promise<{ agents: Serving[]; signIn: DemoSignIn }> {
  const signIn: DemoSignIn = { email: '', password: randomBytes(9).toString('base64url') };
  const agents = await Promise.all(colleagues.map(async ({ queues, ...input }, index): Promise<Serving> => {
    const email = await freeEmail(hub, input.email);
    const isFirst = index === 0;
    if (isFirst) signIn.email = email;
    const person = await createPerson(hub, { ...input, email, password: isFirst ? signIn.password : randomBytes(24).toString('base64url') });
    await hub.store.demo.tag('people', [person.id]);
    hub.events.emit('person', { person });
    return { id: person.id, locale: person.locale, queues, capacity: person.capacity, everything: isFirst };
  }));
  return { agents, signIn };
}

async function freeEmail(hub: Hub, wanted: string): Promise<string> {
  for (let number = 1; ; number++) {
    const email = number === 1 ? wanted : wanted.replace('@', `${number}@`);
    if (!await hub.store.people.findByEmail(email)) return email;
  }
}

/** Three queues with their members. */
export async function openQueues(hub: Hub, agents: Serving[]): Promise<Record<QueueName, string>> {
  const taken = new Set((await hub.store.queues.list()).map(queue => queue.name));
  const open = async (name: QueueName, priority: number): Promise<string> => {
    const free = taken.has(queueNames[name]) ? `${queueNames[name]} (demo)` : queueNames[name];
    const queue = await hub.store.queues.create({
      name: free, members: agents.filter(agent => agent.queues.includes(name)).map(agent => agent.id), requires: [], priority, offerSeconds: 90, autoAccept: false, strategy: 'longest-idle', stages: null, pull: 'allowed',
    });
    await hub.store.demo.tag('queues', [queue.id]);
    return queue.id;
  };
  const queues = { service: await open('service', 0), sales: await open('sales', 0), technical: await open('technical', 1) };
  hub.events.emit('queues', { queues: await hub.store.queues.list() });
  return queues;
}

/** Two web chats, a mailbox that is switched off because no mail server is there, an app by API, and messengers on simulated platforms, where those can be played. */
export async function openChannels(hub: Hub, queues: Record<QueueName, string>, stage: Stage): Promise<Place[]> {
  const chat = async (kind: string, name: string, config: Record<string, unknown>, share: number, locales: Locale[], queue: QueueName): Promise<Place> => {
    const { channel } = await createChannel(hub, { kind, name, config, bot: true, queueId: queues[queue] });
    await hub.store.demo.tag('channels', [channel.id]);
    return placeOf(hub, channel, locales, share);
  };
  const web = { preChat: 'off' };
  return [
    await chat('webchat', '官网在线客服', { ...web, titleZh: '纸鹤文具', titleEn: 'Paper Crane', greetingZh: '您好！想了解配送、退换货还是开发票？直接问我就好。', greetingEn: 'Hello! Ask me about delivery, returns or invoices.', color: '#0f766e' }, 22, ['zh-CN'], 'service'),
    await chat('webchat', 'Website chat (EN)', { ...web, titleZh: '纸鹤文具', titleEn: 'Paper Crane', greetingZh: '您好！有什么可以帮您？', greetingEn: 'Hello! Ask me about delivery, returns, sizes or invoices.', color: '#1d4ed8' }, 20, ['en'], 'service'),
    await mailbox(hub, queues.service),
    await chat('api', 'Mobile app', {}, 9, ['en', 'en', 'zh-CN'], 'service'),
    ...await messengers(hub, queues, stage),
  ];
}

async function messengers(hub: Hub, queues: Record<QueueName, string>, stage: Stage): Promise<Place[]> {
  if (!stage.isThere) {
    hub.log.warn('the demo goes without WhatsApp, WeChat and SMS: the program that plays these platforms (test/simulators) is not in this installation');
    return [];
  }
  const places: Place[] = [];
  for (const { kind, name, locales, share, queue, reaches, config } of simulated) {
    try {
      const settings = { ...config, ...await stage.settings(kind) };
      const { channel } = await createChannel(hub, { kind, name, config: settings, bot: true, queueId: queues[queue] });
      for (const tag of ['channels', 'simulated'] as const) await hub.store.demo.tag(tag, [channel.id]);
      const { openKfId: account } = channel.config;
      places.push({ ...placeOf(hub, channel, locales, share, reaches), ...(typeof account === 'string' ? { account } : {}) });
    } catch (error) {
      hub.log.warn({ kind, reason: error instanceof Error ? error.message : String(error) }, 'the demo goes without this channel');
    }
  }
  return places;
}

async function mailbox(hub: Hub, queueId: string): Promise<Place> {
  const manifest = hub.channels.manifest('email');
  const host = 'mail.shop.example';
  const { config } = completeConfig(manifest, { address: 'service@shop.example', imapHost: host, imapUser: 'service', imapPassword: randomBytes(12).toString('hex'), smtpHost: host });
  const channel = await hub.store.channels.create({ kind: 'email', name: 'service@shop.example', enabled: false, config, bot: false, queueId, priority: 1, reopenHours: 72, createdAt: hub.now() });
  await hub.store.demo.tag('channels', [channel.id]);
  return placeOf(hub, channel, ['zh-CN', 'en'], 12, 'sent');
}

function placeOf(hub: Hub, channel: Channel, locales: Locale[], share: number, reaches: Place['reaches'] = 'read'): Place {
  const manifest = hub.channels.manifest(channel.kind);
  return {
    channelId: channel.id, kind: channel.kind, locales, share, reaches, namespace: manifest.identity ?? `${channel.kind}:${channel.id}`,
    policy: { bot: channel.bot, queueId: channel.queueId, burstMs: manifest.burstMs, priority: channel.priority },
  };
}

const topicsOf = (key: string, locale: 'zh-CN' | 'en'): string[] => (locale === 'en' ? topicsEn : topicsZh).filter(topic => topic.answer === key).map(({ label }) => label).slice(0, 1);

/** The bot learns what the shop knows. */
export async function teach(hub: Hub): Promise<World['answers']> {
  const known = [...answersZh.map(one => ({ ...one, locale: 'zh-CN' as const })), ...answersEn.map(one => ({ ...one, locale: 'en' as const }))];
  const made: Answer[] = await hub.store.answers.create(known.map(({ key, ...answer }) => ({ ...answer, topics: topicsOf(key, answer.locale) })), hub.now());
  await hub.store.demo.tag('answers', made.map(answer => answer.id));
  await hub.knowledge.put(made);
  return made.flatMap((answer, index) => { const key = known[index]?.key; return key ? [{ key, answer }] : []; });
}

/** Labels and replies kept ready. */
export async function layOut(hub: Hub): Promise<void> {
  const taken = new Set((await hub.store.labels.list()).map(label => label.name));
  const names = [...new Set([...topicsZh, ...topicsEn].map(topic => topic.label)), ...extraLabels].filter(name => !taken.has(name));
  await hub.store.demo.tag('labels', names);
  await Promise.all(names.map(name => hub.store.labels.save({ name, color: colourOf(name) })));
  await Promise.all(keptReplies.map(async reply => hub.store.demo.tag('canned_replies', [(await hub.store.cannedReplies.create(reply)).id])));
}

/** Files that customers will have sent. */
export async function takePictures(hub: Hub, chance: Chance, channelId: string): Promise<World['files']> {
  const many = (kind: FileKind, count: number) => Promise.all(Array.from({ length: count }, () => fileOf(kind, chance)).map(async (file) => {
    const stored = await storeFile(hub, file, { kind: 'inbound', id: channelId });
    await hub.store.demo.tag('attachments', [stored.id]);
    return stored;
  }));
  return { photo: await many('photo', 8), screenshot: await many('screenshot', 6), invoice: await many('invoice', 5), receipt: await many('receipt', 2) };
}
