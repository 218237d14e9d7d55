/** What wechaty reports -> what the hub keeps. The platform brings nothing twice, so each thing is held here until the hub has it. */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Happening, Inbox } from '../connector.ts';
import type { Identities } from './identities.ts';
import type { Config } from './manifest.ts';
import { parse, type Parsed } from './parse.ts';
import { Friendship, RoomChange } from './protocol.ts';
import type { Sends } from './sends.ts';

/** wechaty's ContactType.Official, and accounts of the app itself. */
const official = 2;
const ofTheApp = /^(filehelper|weixin|fmessage|newsapp|medianote|floatbottle|notifymessage|qqmail)$/;
const friendshipKinds: Record<number, { name: string; zh: string; en: string }> = {
  1: { name: 'friend-added', zh: '已成为好友', en: 'Became a friend' },
  2: { name: 'friend-request', zh: '请求添加好友', en: 'Asks to become a friend' },
  3: { name: 'friend-verify', zh: '对方要求验证好友关系', en: 'Asks us to verify the friendship' },
};

type Wanted = {
  inbox: Inbox;
  config: Pick<Config, 'rooms' | 'officialAccounts' | 'acceptFriends'>;
  people: Identities;
  ours: Sends;
  /** A message of ours whose outcome had been lost came back. */
  found(key: string, externalId: string): void;
  /** Accepts the request and says hello; resolves with what was said. */
  welcome(friendship: Friendship): Promise<{ id: string; text: string } | null>;
};

export type Incoming = ReturnType<typeof incoming>;

export function incoming({ inbox, config, people, ours, found, welcome }: Wanted) {
  const chains = new Map<string, Promise<void>>();
  const rooms = new Set<string>();
  const welcomed = new Set<string>();

  /** One after another within a conversation, again and again until it is kept. What the hub refuses while it takes other things goes to quarantine. */
  function keep(conversation: string, externalId: string, raw: unknown, work: () => Promise<void>): void {
    const chain = (chains.get(conversation) ?? Promise.resolve()).then(async () => {
      for (let attempt = 1; !inbox.stopping.aborted; attempt += 1) {
        try {
          return await work();
        } catch (error) {
          inbox.log.warn({ err: error, externalId, attempt }, 'a message could not be kept yet');
          if (attempt >= 8 && await quarantine(externalId, raw, error instanceof Error ? error.message : String(error))) return;
          await pause(Math.min(50 * 2 ** attempt, 15_000), undefined, { signal: inbox.stopping, ref: false }).catch(() => undefined);
        }
      }
    }).finally(() => {
      if (chains.get(conversation) === chain) chains.delete(conversation);
    });
    chains.set(conversation, chain);
  }

  const quarantine = (externalId: string, raw: unknown, reason: string): Promise<boolean> =>
    inbox.quarantine({ externalId, bytes: new TextEncoder().encode(JSON.stringify(raw) ?? ''), reason }).then(() => true, () => false);

  const threadOf = (parsed: Parsed, sender: { value: string }): string => (parsed.group ? parsed.conversation : sender.value);

  async function keepParsed(parsed: Parsed): Promise<void> {
    const { id, sentAt } = parsed;
    if (parsed.ours && parsed.kind === 'message') {
      const mine = await ours.claim(id, parsed.conversation, shapeOf(parsed));
      if (mine?.lost) found(mine.key, id);
      if (mine) return;
    }
    const sender = await people.senderOf(parsed.person, !parsed.group);
    const base = { externalId: id, thread: threadOf(parsed, sender), ...(sentAt && { sentAt }) };
    if (parsed.kind === 'recalled') return inbox.happened({ ...base, kind: 'recalled', about: parsed.about });
    const { content, files, later, group } = parsed;
    const carried = { content, ...(files && { files }), ...(later && { later }) };
    if (parsed.ours) return inbox.happened({ ...base, kind: 'echo', to: sender, ...carried });
    await inbox.receive({ ...base, from: sender, ...(group && { group }), ...carried });
  }

  const isLeftOut = ({ person, group, conversation }: Parsed): boolean =>
    (group ? !config.rooms : !config.officialAccounts && (person.type === official || person.id.startsWith('gh_') || ofTheApp.test(conversation)));

  return {
    message(raw: unknown): void {
      const parsed = parse(raw);
      const name = parsed?.id ?? createHash('sha256').update(JSON.stringify(raw) ?? '').digest('hex').slice(0, 32);
      if (!parsed) return keep('', name, raw, async () => inbox.quarantine({ externalId: name, bytes: new TextEncoder().encode(JSON.stringify(raw) ?? ''), reason: 'the message names no sender' }));
      if (isLeftOut(parsed)) return inbox.log.info({ externalId: name }, 'a message of a kind this channel leaves out');
      if (parsed.group) rooms.add(parsed.conversation);
      keep(parsed.conversation, name, raw, () => keepParsed(parsed));
    },

    /** The puppet told of it and could not show it. */
    unloadable(id: string, reason: string): void {
      keep('', id, { id, reason }, () => inbox.quarantine({ externalId: id, bytes: new TextEncoder().encode(JSON.stringify({ messageId: id })), reason: `the puppet could not load the message: ${reason}` }));
    },

    friendship(raw: unknown): void {
      const parsed = Friendship.safeParse(raw);
      const kind = parsed.success ? friendshipKinds[parsed.data.type] : undefined;
      if (!parsed.success || !kind || !parsed.data.contactId) return inbox.log.warn({ raw: JSON.stringify(raw) }, 'a friend request that names nobody');
      const friendship = parsed.data;
      const person = friendship.contact ?? { id: friendship.contactId, name: '', alias: '', type: 0, friend: null, handle: '', city: '', phone: [], corporation: '' };
      const externalId = `friendship:${friendship.id}:${friendship.type}`;
      keep(friendship.contactId, externalId, raw, async () => {
        const from = await people.senderOf(person, true);
        const said = friendship.hello ? [`${kind.zh}：${friendship.hello}`, `${kind.en}: ${friendship.hello}`] : [kind.zh, kind.en];
        await inbox.happened({
          externalId, thread: from.value, kind: 'event', from, name: kind.name, text: { 'zh-CN': said[0] ?? '', en: said[1] ?? '' },
          data: { friendship: friendship.id, scene: String(friendship.scene), ...(friendship.hello && { hello: friendship.hello }) },
        });
        if (!config.acceptFriends || kind.name !== 'friend-request' || welcomed.has(friendship.id)) return;
        welcomed.add(friendship.id);
        const greeting = await welcome(friendship).catch((error: unknown) => inbox.log.warn({ err: error }, 'a friend request could not be accepted'));
        if (greeting) keep(friendship.contactId, greeting.id, greeting, () => inbox.happened({ externalId: greeting.id, thread: from.value, kind: 'echo', to: from, content: { text: greeting.text } }));
      });
    },

    room(raw: unknown): void {
      const parsed = RoomChange.safeParse(raw);
      if (!parsed.success || !parsed.data.by || !rooms.has(parsed.data.roomId)) return;
      const { what, roomId, by, who, topic, timestamp } = parsed.data;
      const names = who.join('、');
      const text: Record<typeof what, Extract<Happening, { kind: 'event' }>['text']> = {
        join: { 'zh-CN': `${by.name}邀请${names}加入群聊`, en: `${by.name} brought ${names} into the group` },
        leave: { 'zh-CN': `${names}离开群聊`, en: `${names} left the group` },
        topic: { 'zh-CN': `${by.name}将群名改为“${topic}”`, en: `${by.name} renamed the group to "${topic}"` },
      };
      const externalId = `room:${roomId}:${what}:${timestamp}:${names || topic}`.slice(0, 250);
      keep(roomId, externalId, raw, async () => inbox.happened({ externalId, thread: roomId, kind: 'event', from: await people.senderOf(by, false), name: `room-${what}`, text: text[what] }));
    },
  };
}

/** How a message of ours is recognised when the puppet gives no id. */
export const shapeOf = (parsed: Extract<Parsed, { kind: 'message' }>): string => parsed.content.text ?? (parsed.later ? 'file' : parsed.content.link ? 'link' : 'other');
