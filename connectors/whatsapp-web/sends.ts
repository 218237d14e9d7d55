/** What became of our sends, part by part. Written down before each part, so that a crash leaves a doubt and never a second message. */
import { z } from 'zod';
import type { Inbox } from '../connector.ts';
import type { Content } from '../../server/conversations/schema.ts';
import type { Part } from './render.ts';

const Send = z.object({
  key: z.string(),
  /** Ids of the parts that arrived, in order. */
  ids: z.array(z.string()),
  /** The part whose outcome is not known. */
  doubt: z.object({ mark: z.string(), at: z.number() }).optional(),
});
export type Send = z.infer<typeof Send>;

const most = 300;

/** What a part looks like when the platform shows it to us again. */
export function markOf(part: Part): string {
  switch (part.kind) {
    case 'text': return `text:${part.text.trim()}`;
    case 'file': return `file:${part.caption?.trim() ?? ''}`;
    case 'location': return `location:${part.latitude.toFixed(5)},${part.longitude.toFixed(5)}`;
    case 'card': return 'card:';
  }
}

/** The same for a message that we see on the platform. */
export function markOfContent({ text, location, cards }: Content, hasFile: boolean): string {
  if (hasFile) return `file:${text?.trim() ?? ''}`;
  if (location) return `location:${location.latitude.toFixed(5)},${location.longitude.toFixed(5)}`;
  return cards ? 'card:' : `text:${text?.trim() ?? ''}`;
}

/** The sends of one channel, kept in what the hub remembers for us. */
export function sendsOf(inbox: Inbox) {
  let known: Send[] | null = null;
  let writing: Promise<void> = Promise.resolve();
  const all = async (): Promise<Send[]> => (known ??= z.array(Send).safeParse(await inbox.recall('sends')).data ?? []);
  const save = async (): Promise<void> => {
    writing = writing.catch(() => undefined).then(async () => { await inbox.remember('sends', await all()); });
    await writing;
  };
  const find = async (key: string): Promise<Send | undefined> => (await all()).find((one) => one.key === key);

  return {
    find,
    /** A part is about to be sent. */
    async begin(key: string, part: Part, now: number): Promise<void> {
      const list = await all();
      let send = list.find((one) => one.key === key);
      if (!send) list.push(send = { key, ids: [] });
      send.doubt = { mark: markOf(part), at: now };
      if (list.length > most) list.splice(0, list.length - most);
      await save();
    },
    /** The part arrived under this id; without one it certainly did not. */
    async settle(key: string, id?: string): Promise<void> {
      const send = await find(key);
      if (!send) return;
      delete send.doubt;
      if (id !== undefined && !send.ids.includes(id)) send.ids.push(id);
      await save();
    },
    /** A message that was found is the one in doubt, unless it is known to be another's. */
    async adopt(key: string, id: string): Promise<boolean> {
      const list = await all();
      const send = list.find((one) => one.key === key);
      if (!send || list.some((one) => one.ids.includes(id))) return false;
      send.ids.push(id);
      delete send.doubt;
      await save();
      return true;
    },
    /** The key of the send whose first message has this id: it settles a send that the hub holds for unknown. */
    async keyOf(id: string): Promise<string | undefined> {
      return (await all()).find((send) => send.ids[0] === id)?.key;
    },
    /** A message of ours that we see: of a known send, settling a doubt, or said on the phone. `busy`: keys being sent right now. */
    async recognise(id: string, mark: string, at: number, busy: ReadonlySet<string>): Promise<'ours' | 'phone'> {
      const list = await all();
      if (list.some((send) => send.ids.includes(id))) return 'ours';
      const send = list.find((one) => one.doubt && !busy.has(one.key) && one.doubt.mark === mark && at > one.doubt.at - 120_000);
      if (!send) return 'phone';
      send.ids.push(id);
      delete send.doubt;
      await save();
      return 'ours';
    },
  };
}
