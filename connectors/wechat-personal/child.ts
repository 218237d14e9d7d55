/** The process that runs wechaty. It has no state of ours: it may die at any moment and is started again. */
import { setTimeout as pause } from 'node:timers/promises';
import { gather, personOf, within } from './gather.ts';
import { codeOf, errorOf, type Line, lineCodes, openLine, type Puppet } from './line.ts';
import { type Call, type Failure, Order, type Report, type Target } from './protocol.ts';

/** Waits before each try to reach the service again. */
const ladder = [100, 300, 1_000, 2_000, 5_000, 10_000];
/** wechaty's own start and stop may hang for ever on a dead line; a fresh process does not. */
const openingMs = 25_000;

const say = (report: Report): void => void process.send?.(report);
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

let line: Line | undefined;
/** The last who signed in: what came just before a sign-out is still theirs. */
let account = '';
let opening = false;
let heardAt = 0;
/** Some puppets never answer a ding; those are not called dead for it. */
let dongs = 0;
let chain: Promise<unknown> = Promise.resolve();
/** Events are looked up one after another, so that they stay in order. */
const inTurn = (what: string, work: () => Promise<void>): void => {
  chain = chain.then(work).catch((error: unknown) => say({ type: 'trouble', message: `${what}: ${wordsOf(error)}` }));
};

/** Tries until a line stands. `message`: why the last one is gone. */
async function connect(target: Target, message?: string, code?: number): Promise<void> {
  if (opening) return;
  opening = true;
  line?.leave();
  line = undefined;
  if (message !== undefined) say({ type: 'line', state: 'away', message, code });
  for (let attempt = 0; ; attempt += 1) {
    try {
      const exit = setTimeout(() => process.exit(2), openingMs);
      line = await openLine(target, (puppet) => listen(puppet, target)).finally(() => clearTimeout(exit));
      break;
    } catch (error) {
      say({ type: 'line', state: 'away', message: wordsOf(error), code: codeOf(error) });
      await pause(ladder[Math.min(attempt, ladder.length - 1)]);
    }
  }
  opening = false;
  heardAt = Date.now();
  say({ type: 'line', state: 'connected', message: '' });
}

function listen(puppet: Puppet, target: Target): void {
  puppet.on('heartbeat', () => { heardAt = Date.now(); });
  puppet.on('dong', () => { dongs += 1; });
  puppet.on('error', (event) => {
    const error = errorOf(event);
    if (!lineCodes.has(error.code ?? -1)) return say({ type: 'trouble', message: error.message });
    if (line?.puppet === puppet) void connect(target, error.message, error.code);
  });
  puppet.on('scan', ({ status, qrcode }) => say({ type: 'scan', status, qr: qrcode ?? '' }));
  puppet.on('login', ({ contactId }) => inTurn('login', async () => {
    account = contactId;
    const self = await puppet.contactPayload(contactId).catch(() => null);
    say({ type: 'login', id: contactId, name: self?.name ?? '' });
  }));
  puppet.on('logout', ({ data }) => say({ type: 'logout', reason: data ?? '' }));
  puppet.on('message', ({ messageId }) => inTurn('message', () => tell(puppet, messageId, 0)));
  puppet.on('friendship', ({ friendshipId }) => inTurn('friendship', async () => {
    const friendship = await within(puppet.friendshipPayload(friendshipId), openingMs, 'the friend request');
    say({ type: 'friendship', friendship: { ...friendship, contact: await personOf(puppet, friendship.contactId) } });
  }));
  const room = (what: 'join' | 'leave' | 'topic', roomId: string, by: string, ids: string[], topic: string, timestamp: number): void => inTurn('room', async () => {
    puppet.cache.room.delete(roomId);
    const who = await Promise.all(ids.slice(0, 5).map(async (id) => (await puppet.contactPayload(id).catch(() => null))?.name || id));
    say({ type: 'room', change: { what, roomId, by: await personOf(puppet, by), who, topic, timestamp } });
  });
  puppet.on('room-join', ({ roomId, inviterId, inviteeIdList, timestamp }) => room('join', roomId, inviterId, inviteeIdList, '', timestamp));
  puppet.on('room-leave', ({ roomId, removerId, removeeIdList, timestamp }) => room('leave', roomId, removerId, removeeIdList, '', timestamp));
  puppet.on('room-topic', ({ roomId, changerId, newTopic, timestamp }) => room('topic', roomId, changerId, [], newTopic, timestamp));
}

/** A message that cannot be loaded at once is tried on beside the others, then named as lost. */
async function tell(puppet: Puppet, id: string, attempt: number): Promise<void> {
  try {
    say({ type: 'message', message: await gather(puppet, id, account) });
  } catch (error) {
    if (attempt >= 4) return say({ type: 'unloadable', id, reason: wordsOf(error) });
    void pause(300 * 2 ** attempt).then(() => tell(line?.puppet ?? puppet, id, attempt + 1));
  }
}

/** Asks the far end for a sign of life over the event stream itself. */
async function pulse(target: Target): Promise<never> {
  for (;;) {
    await pause(target.pulseMs);
    if (!line || opening) continue;
    const asked = Date.now();
    const before = dongs;
    line.puppet.ding(`hubbub-${asked}`);
    await pause(Math.min(10_000, target.pulseMs));
    if (line && heardAt < asked && before > 0) await connect(target, 'the service gave no sign of life');
  }
}

async function carryOut(call: Call): Promise<unknown> {
  if (!line) throw new Error('the puppet service is away');
  const { puppet, lastFileError } = line;
  switch (call.do) {
    case 'send-text': return { id: (await puppet.messageSendText(call.to, call.text)) ?? '' };
    case 'send-link': return { id: (await puppet.messageSendUrl(call.to, { title: call.title, url: call.url, description: call.description })) ?? '' };
    case 'send-file': {
      lastFileError.error = undefined;
      return { id: await puppet.sendBytes(call.to, call.name, call.bytes) };
    }
    case 'recall': return { done: await puppet.messageRecall(call.id) };
    case 'file': {
      lastFileError.error = undefined;
      const box = await puppet.messageFile(call.id);
      return { name: box.name, type: box.mediaType, bytes: new Uint8Array(await box.toBuffer()) };
    }
    case 'remark': {
      await puppet.contactAlias(call.contact, call.remark);
      puppet.cache.contact.delete(call.contact);
      return {};
    }
    case 'contact': return await puppet.contactPayload(call.id);
    case 'contacts': return await puppet.contactList();
    case 'accept': return await puppet.friendshipAccept(call.friendship);
    case 'sign-out': return await puppet.signOut();
    case 'ask': return { loggedIn: puppet.isLoggedIn, heardMsAgo: Date.now() - heardAt, dongs };
    // The far end stops and starts its own session too; a line that broke by itself does not ask for that.
    case 'reset': return await within(puppet.stop(), 15_000, 'the puppet').catch(() => undefined);
  }
}

/** Whether the request may have got through before it failed. */
const failureOf = (error: unknown): Failure => {
  const message = wordsOf(error);
  const code = codeOf(error);
  return { message, code, left: lineCodes.has(code ?? -1) && !/no connection established|ECONNREFUSED|name resolution/i.test(message) };
};

let target: Target | undefined;
process.on('message', (raw) => {
  const order = Order.parse(raw);
  if (order.type === 'connect') {
    if (target) return;
    target = order.target;
    void connect(target);
    void pulse(target);
    return;
  }
  const { id, call } = order;
  // The line may be gone by the time its failure is told.
  const had = line !== undefined;
  void carryOut(call).then((value) => {
    say({ type: 'answer', id, value: value ?? {} });
    if (call.do === 'reset' && target) void connect(target, 'asked to connect again');
  }, (error: unknown) => say({ type: 'answer', id, failure: had ? failureOf(error) : { message: wordsOf(error), left: false } }));
});
// A listener of wechaty's may reject with nobody waiting; what happens to this process then is up to us.
process.on('unhandledRejection', (error) => say({ type: 'trouble', message: wordsOf(error) }));
process.on('disconnect', () => process.exit(0));
setInterval(() => say({ type: 'beat' }), 1_000);
