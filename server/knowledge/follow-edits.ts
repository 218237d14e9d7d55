/** Keeps what the bot searches in step with what is stored, whichever node wrote it: answers, and passages by their document. */
import type { Hub } from '../hub.ts';
import type { Feed, Hint, openFeed } from '../store/feed.ts';
import { indexed } from './indexed.ts';

/** How this node hears of edits. */
export type Edits = {
  /** Looks at these documents anew, and lets the bot say what they say now. */
  refresh(documents: readonly string[]): Promise<void>;
  /** Resolves when all that was stored before the call, at any node, is in the draft here. */
  caughtUp(): Promise<void>;
  stop(): Promise<void>;
};

const READ = 200;

/** Reads every passage, then follows. @param open opens the feed from where the database was before anything was read */
export async function followEdits(hub: Hub, open: (events: Parameters<typeof openFeed>[3]) => Feed): Promise<Edits> {
  const { answers, documents } = hub.store;
  /** Which passages each document has in the index. */
  const said = new Map<string, Set<string>>();
  let turn: Promise<unknown> = Promise.resolve();
  /** One look at documents after the other: the later one saw what is newer. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const next = turn.then(work, work);
    turn = next.catch(() => undefined);
    return next;
  };

  async function look(id: string): Promise<void> {
    const found = await documents.said(id);
    const items = found?.passages.map((passage) => indexed(found.document, passage)) ?? [];
    const now = new Set(items.map((item) => item.id));
    const gone = [...said.get(id) ?? []].filter((passage) => !now.has(passage));
    if (now.size > 0) said.set(id, now);
    else said.delete(id);
    await hub.knowledge.remove(gone);
    await hub.knowledge.put(items);
  }
  const refresh = (ids: readonly string[]) => inTurn(async () => { for (const id of ids) await look(id); });

  async function changed(hints: Hint[]): Promise<void> {
    const named = (collection: string) => hints.filter((hint) => hint.collection === collection).map(({ id }) => id);
    const written = named('answers');
    for (let from = 0; from < written.length; from += READ) {
      const some = written.slice(from, from + READ);
      const found = await answers.some(some);
      const there = new Set(found.map(({ id }) => id));
      await Promise.all([hub.knowledge.put(found), hub.knowledge.remove(some.filter((id) => !there.has(id)))]);
    }
    await refresh(named('documents'));
  }

  /** Everything anew: what the feed can tell no more. */
  async function lost(): Promise<void> {
    const before = hub.knowledge.draft().map(({ id }) => id);
    const there = new Set<string>();
    for await (const answer of answers.all()) {
      there.add(answer.id);
      await hub.knowledge.put([answer]);
    }
    await inTurn(async () => {
      said.clear();
      for await (const item of stored()) {
        there.add(item.id);
        await hub.knowledge.put([item]);
      }
    });
    await hub.knowledge.remove(before.filter((id) => !there.has(id)));
  }

  async function *stored() {
    for await (const { document, passage } of documents.all()) {
      said.set(document.id, (said.get(document.id) ?? new Set()).add(passage.id));
      yield indexed(document, passage);
    }
  }
  for await (const item of stored()) await hub.knowledge.put([item]);
  const feed = open({ changed, lost, onError: (error, what) => hub.log.warn({ err: error }, what) });
  return { refresh, caughtUp: feed.caughtUp, stop: feed.stop };
}
