/** Names and numbers of people and groups, asked of the page once: asking often is what gets numbers blocked. */
import type { Client, Message } from 'whatsapp-web.js';
import { isGroup, phoneOf } from './addresses.ts';
import type { Person, Told } from './protocol.ts';

const most = 5_000;
const freshMs = 30 * 60_000;
const patienceMs = 5_000;

/** A page that does not answer must not hold up what follows. */
const soon = <Value>(asked: Promise<Value>): Promise<Value | undefined> => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), patienceMs);
  return Promise.race([asked.catch(() => undefined), promise]).finally(() => clearTimeout(timer));
};

/** Answers from memory for half an hour; who cannot be looked up is known by the id alone. */
export function lookUp(web: Client) {
  const people = new Map<string, { person: Person; at: number }>();
  const groups = new Map<string, { name: string; at: number }>();
  const keep = <Value>(map: Map<string, Value>, key: string, value: Value): void => {
    map.delete(key);
    map.set(key, value);
    for (const oldest of map.keys()) {
      if (map.size <= most) return;
      map.delete(oldest);
    }
  };

  return {
    async person(id: string): Promise<Person> {
      const known = people.get(id);
      if (known && Date.now() - known.at < freshMs) return known.person;
      const found = await soon(web.getContactById(id));
      // For a hidden number the library answers with the phone's id where the page knows it.
      const phone = phoneOf(found?.id._serialized ?? id) ?? phoneOf(id);
      const name = found?.pushname || found?.name;
      const person: Person = { id, ...(phone && { phone }), ...(name && { name }) };
      if (found) keep(people, id, { person, at: Date.now() });
      return person;
    },
    async groupName(id: string): Promise<string> {
      const known = groups.get(id);
      if (known && Date.now() - known.at < freshMs) return known.name;
      const chat = await soon(web.getChatById(id));
      if (chat) keep(groups, id, { name: chat.name, at: Date.now() });
      return chat?.name ?? '';
    },
  };
}

/** A message with the people in it looked up. */
export async function told(message: Message, people: ReturnType<typeof lookUp>): Promise<Told> {
  const chat = message.fromMe ? message.to : message.from;
  const [person, group, quoted] = await Promise.all([
    people.person(message.fromMe ? chat : message.author ?? message.from),
    isGroup(chat) ? people.groupName(chat) : undefined,
    message.hasQuotedMsg ? soon(message.getQuotedMessage()).then((one) => one?.id?._serialized) : undefined,
  ]);
  return { raw: message.rawData, person, ...(group !== undefined && { group }), ...(quoted && { quoted }) };
}
