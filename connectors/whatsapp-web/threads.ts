/** Which thread of ours a chat of the platform is. A person without a number keeps the first key they had, whatever is learned later. */
import { z } from 'zod';
import type { Inbox } from '../connector.ts';
import { chatOf, isLid, phoneOf } from './addresses.ts';

const most = 5_000;

/** The hidden ids seen so far and their threads, kept in what the hub remembers for us. */
export function threadsOf(inbox: Inbox) {
  let known: Map<string, string> | null = null;
  const all = async (): Promise<Map<string, string>> => (known ??= new Map(Object.entries(z.record(z.string(), z.string()).safeParse(await inbox.recall('threads')).data ?? {})));

  return {
    /** @param address how the hub knows the person: digits when the platform says them */
    async threadOf(chat: string, address: string | undefined): Promise<{ thread: string; related?: string[] }> {
      if (!isLid(chat)) return { thread: phoneOf(chat) ?? chat };
      const map = await all();
      const kept = map.get(chat);
      const thread = kept ?? address ?? chat;
      // Without the person nothing is decided.
      if (kept === undefined && address !== undefined) {
        map.set(chat, thread);
        for (const oldest of map.keys()) {
          if (map.size <= most) break;
          map.delete(oldest);
        }
        await inbox.remember('threads', Object.fromEntries(map));
      }
      return { thread, ...(address !== undefined && address !== thread && { related: [address] }) };
    },
    /** The chat to write to. */
    async chatOf(thread: string): Promise<string> {
      for (const [chat, kept] of await all()) if (kept === thread) return chat;
      return chatOf(thread);
    },
  };
}
