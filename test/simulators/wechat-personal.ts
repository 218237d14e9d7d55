/** A WeChat account behind a puppet service: wechaty's own PuppetServer over gRPC on loopback, before wechaty's mock with what it lacks. */
import { setTimeout as pause } from 'node:timers/promises';
import { log, PuppetServer } from 'wechaty-puppet-service';
import { mock, PuppetMock } from 'wechaty-puppet-mock';
import { type Fate, misbehaviour, type Order } from './misbehaviour.ts';

/** wechaty's numbers. */
export const kinds = { unknown: 0, attachment: 1, audio: 2, contact: 3, chatHistory: 4, emoticon: 5, image: 6, text: 7, location: 8, miniProgram: 9, groupNote: 10, transfer: 11, redEnvelope: 12, recalled: 13, url: 14, video: 15, post: 16 };

type Customer = { name: string; id: string; alias: string; friend: boolean; phone: string[]; type: number };
type Extra = { link?: object; miniProgram?: object; location?: object; card?: string; file?: { name: string; bytes: Uint8Array } };
/** A message on the phone. */
export type Shown = { id: string; customer: string; /** The customer's id on the platform. */ contact: string; text: string; kind: number; ours: boolean; room?: string; bytes?: Uint8Array; name?: string };
export type Options = { port?: number; token?: string; seed?: number; /** Some puppets do not say which id a sent message got. */ nameless?: boolean; tls?: boolean; arrived?(message: Shown): void; /** Somebody ended the session, here or there. */ signedOut?(): void };
/** The account, its customers, and the ways to break the service. */
export type WechatPersonalSimulator = {
  url: string;
  calls: { sends: number; payloads: number; contacts: number };
  /** The next so many payloads cannot be loaded; the next sends have these fates. */
  broken: { payloads: number; sends: Fate[] };
  accepted: string[];
  remarks: { id: string; remark: string }[];
  up(): Promise<void>;
  down(): Promise<void>;
  cut(forMs: number): Promise<void>;
  signIn(): void;
  isSignedIn(): boolean;
  /** What the channel's form holds. */
  connect(): { endpoint: string; token: string; tls: boolean };
  order(next: Partial<Order>): void;
  meet(name: string, change?: Partial<Customer>): Customer;
  /** A customer writes to the account; duplicates and lateness as ordered. */
  say(customer: string, text: string, id?: string): { id: string; told: Promise<void> };
  /** Any other kind of message. */
  show(customer: string, kind: number, text?: string, extra?: Extra): { id: string };
  sayInRoom(customer: string, topic: string, text: string, mention?: boolean): { id: string };
  renameRoom(topic: string, next: string, by: string): void;
  /** Somebody uses the phone. */
  sayOnPhone(customer: string, text: string): { id: string };
  recall(customer: string, id: string): { id: string };
  askToBeFriend(customer: string, hello: string): string;
  scan(qrcode: string, status?: number): void;
  signOut(): Promise<void>;
  /** As web puppets do: everybody has another id afterwards; remarks stay. */
  signInAnew(): Promise<void>;
  shown(): readonly Shown[];
  history(): { said: Said[]; received: Said[] };
  close(): Promise<void>;
};
type Said = { id: string; customer: string; text: string };

/** Starts the account, signed in as 客服 (`self`), with no friends yet. */
export async function startWechatPersonalSimulator({ port = 0, token = 'insecure_3d415ebb-7a6f-4cba-b602-1f4ae400f011', seed = 1, nameless = false, tls = false, arrived, signedOut }: Options = {}): Promise<WechatPersonalSimulator> {
  log.level('silent');
  const chosen = port || 20_000 + Math.floor(Math.random() * 12_000);
  const url = `127.0.0.1:${chosen}`;
  const mocker = new mock.Mocker();
  const moods = misbehaviour(seed);
  const people = new Map<string, Customer>();
  const extras = new Map<string, Extra>();
  const shown: Shown[] = [];
  const friendships = new Map<string, { id: string; contactId: string; type: number; hello: string; timestamp: number; ticket: string; scene: number }>();
  const accepted: string[] = [];
  const remarks: { id: string; remark: string }[] = [];
  const calls = { sends: 0, payloads: 0, contacts: 0 };
  const broken: { payloads: number; sends: Fate[] } = { payloads: 0, sends: [] };
  let ids = 0;
  let generation = 0;
  const nextId = (): string => `${generation}${String(ids += 1).padStart(9, '0')}`;
  const personById = (id: string): Customer | undefined => [...people.values()].find((one) => one.id === id);

  /** Writes a message into the account and tells of it. */
  function put(kind: number, text: string, from: string, to: { room?: string; contact?: string }, extra: Extra = {}, id = nextId(), mentions: string[] = [], tell = true): string {
    if (!mocker.cacheMessagePayload.has(id)) {
      extras.set(id, extra);
      const base = { id, type: kind, text, talkerId: from, timestamp: Date.now(), filename: extra.file?.name ?? '' };
      mocker.MessageMock.create(to.room ? { ...base, roomId: to.room, mentionIdList: mentions } : { ...base, listenerId: to.contact ?? '' });
      const other = from === self.id ? to.contact : from;
      const one: Shown = { id, customer: personById(other ?? '')?.name ?? other ?? '', contact: other ?? '', text, kind, ours: from === self.id, room: to.room, bytes: extra.file?.bytes, name: extra.file?.name };
      shown.push(one);
      if (one.ours) arrived?.(one);
    }
    if (tell) puppet.emit('message', { messageId: id });
    return id;
  }

  /** Carries a send out, or fails as ordered. */
  async function carry(conversation: string, kind: number, text: string, extra: Extra = {}): Promise<string | undefined> {
    calls.sends += 1;
    if (!puppet.isLoggedIn) throw new Error('not logged in');
    const fate = broken.sends.shift() ?? moods.fate();
    if (fate === 'limited') throw new Error('发送过于频繁，请稍后再试');
    if (fate === 'failing') throw new Error('the puppet broke down');
    if (fate === 'hanging') return await new Promise<never>(() => undefined);
    if (fate === 'cut') {
      void cut(50);
      return await new Promise<never>(() => undefined);
    }
    const isRoom = mocker.cacheRoomPayload.has(conversation);
    const id = put(kind, text, self.id, isRoom ? { room: conversation } : { contact: conversation }, extra);
    if (fate === 'lying') throw new Error('timed out waiting for the phone');
    return nameless ? undefined : id;
  }

  class Puppet extends PuppetMock {
    override ding(data?: string): void { setTimeout(() => this.emit('dong', { data: data ?? '' }), 5); }
    override async contactRawPayload(id: string) {
      calls.contacts += 1;
      return mocker.contactPayload(id);
    }
    override async messageRawPayload(id: string) {
      calls.payloads += 1;
      if (broken.payloads > 0) {
        broken.payloads -= 1;
        throw new Error('the message is not there yet');
      }
      return await super.messageRawPayload(id);
    }
    override async messageContact(id: string): Promise<string> { return extras.get(id)?.card ?? ''; }
    override async messageLocation(id: string) { return { accuracy: 10, address: '', latitude: 0, longitude: 0, name: '', ...extras.get(id)?.location }; }
    override async messageUrl(id: string) { return { title: '', url: '', ...extras.get(id)?.link }; }
    override async messageMiniProgram(id: string) { return { ...extras.get(id)?.miniProgram }; }
    override async messageFile(id: string) {
      const file = extras.get(id)?.file;
      if (!file) throw new Error('no filebox cache');
      return boxOf(file);
    }
    override async messageRecall(id: string): Promise<boolean> {
      const message = shown.find((one) => one.id === id);
      if (!message?.ours) return false;
      put(kinds.recalled, id, self.id, message.room ? { room: message.room } : { contact: people.get(message.customer)?.id ?? message.customer });
      return true;
    }
    override async friendshipRawPayload(id: string) { return friendships.get(id); }
    override async friendshipAccept(id: string): Promise<void> {
      accepted.push(id);
      const request = friendships.get(id);
      const person = personById(request?.contactId ?? '');
      if (!request || !person) throw new Error('no such request');
      person.friend = true;
      publish(person);
      friendships.set(`${id}-confirmed`, { ...request, id: `${id}-confirmed`, type: 1, hello: '' });
      setTimeout(() => this.emit('friendship', { friendshipId: `${id}-confirmed` }), 20);
    }
  }
  // The mock's types promise no ids; the service passes on what it is given.
  const ways: Record<string, (conversation: string, payload: unknown) => Promise<string | undefined>> = {
    async contactAlias(id, remark) {
      const person = personById(id);
      if (typeof remark !== 'string' || !person) return person?.alias ?? '';
      if (!person.friend) throw new Error('cannot set the alias of a stranger');
      person.alias = remark;
      remarks.push({ id, remark });
      publish(person);
      return remark;
    },
    messageSendText: (conversation, text) => carry(conversation, kinds.text, String(text)),
    messageSendUrl: (conversation, link) => carry(conversation, kinds.url, String(Reflect.get(Object(link), 'url')), { link: Object(link) }),
    async messageSendFile(conversation, box) {
      const bytes: unknown = await Reflect.apply(Reflect.get(Object(box), 'toBuffer'), box, []);
      return carry(conversation, kinds.attachment, '', { file: { name: String(Reflect.get(Object(box), 'name')), bytes: bytes instanceof Uint8Array ? bytes : new Uint8Array() } });
    },
  };
  const puppet = new Puppet({ mocker });
  for (const [name, value] of Object.entries(ways)) Object.defineProperty(puppet, name, { value });
  puppet.on('error', () => undefined);
  puppet.on('logout', () => signedOut?.());
  const { FileBox } = await import('file-box');
  const boxOf = (file: { name: string; bytes: Uint8Array }) => FileBox.fromBase64(Buffer.from(file.bytes).toString('base64'), file.name);

  const self: Customer = { name: '客服', id: 'wxid_self', alias: '', friend: false, phone: [], type: 1 };
  function publish(person: Customer): void {
    mocker.contactPayload(person.id, { id: person.id, name: person.name, alias: person.alias, friend: person.friend, phone: person.phone, type: person.type, gender: 0, avatar: '' });
    puppet.cache.contact.delete(person.id);
  }
  function meet(name: string, change: Partial<Customer> = {}): Customer {
    const known = people.get(name);
    if (known) return known;
    const person: Customer = { name, id: `wxid_${people.size}_${name.replaceAll(/[^\w]/g, '')}`, alias: '', friend: true, phone: [], type: 1, ...change };
    people.set(name, person);
    mocker.createContact({ id: person.id });
    publish(person);
    return person;
  }
  mocker.createContact({ id: self.id });
  publish(self);

  let server: PuppetServer | undefined;
  async function up(): Promise<void> {
    if (server) return;
    server = new PuppetServer({ endpoint: url, puppet, token, ...(tls ? {} : { tls: { disable: true } }) });
    await server.start();
  }
  async function down(): Promise<void> {
    const last = server;
    server = undefined;
    await last?.stop();
  }
  let cutting: Promise<void> = Promise.resolve();
  function cut(forMs: number): Promise<void> {
    cutting = cutting.then(async () => {
      await down();
      await pause(forMs);
      await up();
    });
    return cutting;
  }
  await up();
  await puppet.start();
  const signIn = (): void => { if (!puppet.isLoggedIn) puppet.login(self.id); };

  return {
    url, calls, broken, accepted, remarks, up, down, cut, signIn,
    isSignedIn: () => puppet.isLoggedIn,
    connect: () => ({ endpoint: url, token, tls }),
    order: (next: Partial<Order>): void => moods.order(next),
    meet,
    say(customer: string, text: string, id?: string): { id: string; told: Promise<void> } {
      const person = meet(customer);
      const name = put(kinds.text, text, person.id, { contact: self.id }, {}, id, [], false);
      return { id: name, told: moods.push(async () => void puppet.emit('message', { messageId: name })) };
    },
    show: (customer: string, kind: number, text = '', extra: Extra = {}): { id: string } => ({ id: put(kind, text, meet(customer).id, { contact: self.id }, extra) }),
    sayInRoom(customer: string, topic: string, text: string, mention = false): { id: string } {
      const person = meet(customer);
      const room = [...mocker.cacheRoomPayload.values()].find((one) => one.topic === topic) ?? mocker.createRoom({ topic, id: `${topic.codePointAt(0)}@chatroom`, memberIdList: [self.id, person.id] }).payload;
      return { id: put(kinds.text, text, person.id, { room: room.id }, {}, undefined, mention ? [self.id] : []) };
    },
    renameRoom: (topic: string, next: string, by: string): void => mocker.RoomMock.load(`${topic.codePointAt(0)}@chatroom`).topic(next).by(mocker.ContactMock.load(meet(by).id)),
    sayOnPhone: (customer: string, text: string): { id: string } => ({ id: put(kinds.text, text, self.id, { contact: meet(customer).id }) }),
    recall: (customer: string, id: string): { id: string } => ({ id: put(kinds.recalled, id, meet(customer).id, { contact: self.id }) }),
    askToBeFriend(customer: string, hello: string): string {
      const person = meet(customer, { friend: false });
      const id = `fr-${nextId()}`;
      friendships.set(id, { id, contactId: person.id, type: 2, hello, timestamp: Date.now(), ticket: 'ticket', scene: 30 });
      puppet.emit('friendship', { friendshipId: id });
      return id;
    },
    scan: (qrcode: string, status = 2): void => void puppet.emit('scan', { qrcode, status }),
    signOut: (): Promise<void> => puppet.logout('signed out on the phone'),
    async signInAnew(): Promise<void> {
      await puppet.logout('another login');
      generation += 1;
      for (const person of people.values()) {
        person.id = `@${generation}${Buffer.from(person.name).toString('hex')}`;
        mocker.createContact({ id: person.id });
        publish(person);
      }
      puppet.login(self.id);
    },
    shown: (): readonly Shown[] => shown,
    history: () => ({
      said: shown.filter((one) => !one.ours && one.kind !== kinds.recalled).map(({ id, customer, text }) => ({ id, customer, text })),
      received: shown.filter((one) => one.ours && one.kind !== kinds.recalled).map(({ id, customer, text }) => ({ id, customer, text })),
    }),
    async close(): Promise<void> {
      await cutting;
      await down();
      await puppet.stop().catch(() => undefined);
    },
  };
}
