/** Who is who: the platform's id where it lasts, else the token in the remark. */
import type { Inbox, Sender } from '../connector.ts';
import { z } from 'zod';
import type { Config } from './manifest.ts';
import type { Person } from './protocol.ts';
import { isPassing, makeToken, tokenIn, withToken } from './remarks.ts';

const Known = z.object({ id: z.string(), name: z.string(), written: z.boolean() });
type Known = z.infer<typeof Known>;
const Register = z.record(z.string(), Known).catch({});

type Wanted = {
  mode: Config['identity'];
  /** Namespace of this channel's addresses. */
  namespace: string;
  inbox: Pick<Inbox, 'recall' | 'remember' | 'log'>;
  writeRemark(contact: string, remark: string): Promise<void>;
  readRemark(contact: string): Promise<string>;
  /** The token was read back from a contact whom the hub knows by an id that passes. */
  proved(from: Sender, to: Sender): Promise<void>;
  random(): number;
};

export type Identities = Awaited<ReturnType<typeof identities>>;

/** Reads what is known; one small value for each first letter of the tokens. */
export async function identities({ mode, namespace, inbox, writeRemark, readRemark, proved, random }: Wanted) {
  const shards = [...'23456789abcdefghjkmnpqrstvwxyz'];
  const known = new Map<string, Known>();
  for (const stored of await Promise.all(shards.map((shard) => inbox.recall(`remarks/${shard}`)))) {
    for (const [token, who] of Object.entries(Register.parse(stored ?? {}))) known.set(token, who);
  }
  const byId = new Map([...known].map(([token, { id }]) => [id, token]));
  /** Since the last login: these ids are people of today. */
  const present = new Set<string>();
  const withoutToken = new Set<string>();
  const tries = new Map<string, number>();
  let writing: Promise<unknown> = Promise.resolve();

  async function keep(token: string, who: Known): Promise<void> {
    const before = known.get(token);
    if (before && before.id !== who.id && byId.get(before.id) === token) byId.delete(before.id);
    known.set(token, who);
    byId.set(who.id, token);
    const shard = token.charAt(0);
    await inbox.remember(`remarks/${shard}`, Object.fromEntries([...known].filter(([each]) => each.startsWith(shard))));
  }

  function plain(person: Person): Sender {
    return { value: person.id, stable: !isPassing(person.id), ...details(person) };
  }
  const named = (token: string, person: Person): Sender => ({ value: `#${token}`, stable: true, ...details(person) });

  /** Best effort, one at a time, and read back: only then does the token prove anything. */
  function write(token: string, person: Person): void {
    const tried = tries.get(token) ?? 0;
    if (tried >= 3) return;
    tries.set(token, tried + 1);
    writing = writing.then(async () => {
      await writeRemark(person.id, withToken(person.alias || person.name, token));
      if (tokenIn(await readRemark(person.id)) !== token) throw new Error('the remark did not take the token');
      await keep(token, { id: person.id, name: person.name, written: true });
      if (withoutToken.delete(person.id)) await proved(plain(person), named(token, person));
      // A person would not write remarks faster.
      await new Promise((resolve) => setTimeout(resolve, 700).unref());
    }).catch((error: unknown) => inbox.log.warn({ err: error, token }, 'a remark could not be written; it is tried again with the next message'));
  }

  return {
    /** Ids of the login before may now mean somebody else, or nobody. */
    newLogin(): void {
      present.clear();
      withoutToken.clear();
      tries.clear();
    },

    /** `direct`: they wrote to us alone, so they are a contact whose remark can be written. */
    async senderOf(person: Person, direct: boolean): Promise<Sender> {
      const token = tokenIn(person.alias);
      const before = token ? known.get(token) : undefined;
      // A remark copied by hand to a second contact proves nothing: both are here today.
      const copied = before !== undefined && before.id !== person.id && present.has(before.id);
      present.add(person.id);
      if (mode !== 'id' && token && !copied) {
        if (!before || before.id !== person.id || before.name !== person.name || !before.written) await keep(token, { id: person.id, name: person.name, written: true });
        return named(token, person);
      }
      const wanted = mode === 'remark' || (mode === 'auto' && isPassing(person.id));
      const mine = byId.get(person.id);
      if (!wanted || copied || (!mine && !direct && person.friend !== true)) {
        withoutToken.add(person.id);
        return plain(person);
      }
      const made = mine ?? fresh();
      const also = mine ? [] : lookalikes(person);
      if (!mine) await keep(made, { id: person.id, name: person.name, written: false });
      if (!known.get(made)?.written || mine) write(made, person);
      return { ...named(made, person), ...(also.length > 0 && { also }) };
    },

    /** wechaty's id of whom a thread belongs to. */
    contactOf: (thread: string): string | undefined => (thread.startsWith('#') ? known.get(thread.slice(1))?.id : thread),

    /** The thread of wechaty's id, for those already met. */
    threadOf: (contact: string): string => {
      const token = mode === 'id' ? undefined : byId.get(contact);
      return token ? `#${token}` : contact;
    },
  };

  function fresh(): string {
    let token = makeToken(random);
    while (known.has(token)) token = makeToken(random);
    return token;
  }

  /** Same name, and not here since the login: perhaps the same person. A suggestion, for a person to decide. */
  function lookalikes(person: Person): NonNullable<Sender['also']> {
    if (!person.name) return [];
    return [...known].filter(([, who]) => who.name === person.name && who.id !== person.id && !present.has(who.id)).slice(0, 3)
      .map(([token]) => ({ kind: namespace, value: `#${token}`, attested: false }));
  }
}

function details(person: Person): Pick<Sender, 'name' | 'attributes'> {
  const remark = person.alias.replace(/\s*#[a-z0-9]{5}\s*$/, '').trim();
  const name = remark || person.name || person.handle;
  const attributes = Object.entries({ wechat: person.handle, nickname: remark ? person.name : '', city: person.city, company: person.corporation }).filter(([, value]) => value);
  return { ...(name && { name: name.slice(0, 200) }), ...(attributes.length > 0 && { attributes: Object.fromEntries(attributes) }) };
}
