/** Asks the puppet for all that belongs to a message. Look-ups are cached and few: five a second have got accounts locked. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Puppet } from './line.ts';

const kinds = { contact: 3, location: 8, miniProgram: 9, url: 14 };

/** Rejects with a word when it takes too long: a call without an answer would stop everything behind it. */
export function within<Value>(promise: Promise<Value>, milliseconds: number, what: string): Promise<Value> {
  const stop = new AbortController();
  const late = pause(milliseconds, undefined, { signal: stop.signal, ref: false }).then(() => {
    throw new Error(`${what}: no answer within ${milliseconds / 1_000} s`);
  });
  late.catch(() => undefined);
  return Promise.race([promise, late]).finally(() => stop.abort());
}

const patience = 10_000;

/** What may be missing without losing the message. */
const perhaps = <Value>(promise: Promise<Value>): Promise<Value | null> => within(promise, patience, 'the puppet').catch(() => null);

/** A person, from the cache when we know them. */
export const personOf = async (puppet: Puppet, id: string): Promise<object | null> => (id ? await perhaps(puppet.contactPayload(id)) : null);

/** The message and what it names; rejects when the message itself cannot be had. */
export async function gather(puppet: Puppet, id: string, selfId: string): Promise<object> {
  // Whose message it is could not be told.
  if (!selfId) throw new Error('nobody is signed in');
  const payload = await within(puppet.messagePayload(id), patience, 'the message');
  const type = Number(payload.type);
  const [self, talker, listener, room, link, miniProgram, location, card] = await Promise.all([
    perhaps(puppet.contactPayload(selfId)),
    personOf(puppet, payload.talkerId),
    payload.roomId || payload.listenerId === selfId ? null : personOf(puppet, payload.listenerId ?? ''),
    payload.roomId ? perhaps(puppet.roomPayload(payload.roomId)) : null,
    type === kinds.url ? perhaps(puppet.messageUrl(id)) : null,
    type === kinds.miniProgram ? perhaps(puppet.messageMiniProgram(id)) : null,
    type === kinds.location ? perhaps(puppet.messageLocation(id).then(placeOf)) : null,
    type === kinds.contact ? perhaps(puppet.messageContact(id).then((contact) => puppet.contactPayload(contact))) : null,
  ]);
  return { payload, self: { id: selfId, name: self?.name ?? '' }, talker, listener, room: room && { id: room.id, topic: room.topic }, link, miniProgram, location, card };
}

/** wechaty spreads the protobuf message itself, whose values stand in an array without a name: every place would be at latitude 0. */
function placeOf(location: object): object {
  const raw: unknown = Object.values(location).find((value) => Array.isArray(value));
  if (!Array.isArray(raw)) return location;
  const [accuracy, address, latitude, longitude, name] = raw.map((value: unknown) => value);
  return { accuracy, address, latitude, longitude, name };
}
