/** Which tools a turn has: what people edit, or what a release keeps of them and may still be used. */
import { LRUCache } from 'lru-cache';
import type { Hub } from '../hub.ts';
import { pinned, usable } from './rules/pinned.ts';
import type { PinnedTool, StoredTool, Withdrawn } from './schema.ts';

export type ToolSets = {
  /** What may be used now on a release; null: what people edit. Rejects where there is no such release. */
  of(release: number | null): Promise<StoredTool[]>;
  /** As the release keeps them, whatever became of them since; null, and one from before tools were a part of releases: as the next release would. */
  pinned(release: number | null): Promise<PinnedTool[]>;
  /** A tool as it may be used at this moment. */
  now(tool: StoredTool): Promise<StoredTool | Withdrawn>;
};

/** What is looked up in the store. */
type Stored = { botTools: Pick<Hub['store']['botTools'], 'list' | 'get' | 'servers' | 'server'>; training: { releases: Pick<Hub['store']['training']['releases'], 'tools'> } };

const kept = 8;

/** A release is never looked up again, for it does not change; leave to use a tool is looked up each time (rules/pinned.ts). */
export function openToolSets(store: Stored): ToolSets {
  const released = new LRUCache<number, Promise<PinnedTool[] | null>>({ max: kept });
  const { botTools, training } = store;
  function keptIn(release: number): Promise<PinnedTool[] | null> {
    const known = released.get(release);
    if (known) return known;
    const found = training.releases.tools(release);
    released.set(release, found);
    found.catch(() => released.delete(release));
    return found;
  }
  const served = async () => (await botTools.list()).filter(({ on, suspended }) => on && !suspended);
  const addresses = async (tools: readonly Pick<StoredTool, 'run'>[]) => new Map(tools.some(({ run }) => run.kind === 'mcp') ? (await botTools.servers()).map(({ id, url }) => [id, url]) : []);
  const serverOf = ({ run }: Pick<StoredTool, 'run'>, urls: ReadonlyMap<string, string>) => (run.kind === 'mcp' ? urls.get(run.serverId) : undefined);
  return {
    async of(release) {
      const tools = release === null ? null : await keptIn(release);
      // Releases from before tools were a part of them have what people edit.
      if (tools === null) return served();
      if (tools.length === 0) return [];
      const [live, urls] = await Promise.all([botTools.list(), addresses(tools)]);
      const byId = new Map(live.map(tool => [tool.id, tool]));
      return tools.map(tool => usable(tool, byId.get(tool.id), serverOf(tool, urls))).filter(tool => typeof tool !== 'string');
    },
    async pinned(release) {
      const tools = release === null ? null : await keptIn(release);
      if (tools !== null) return tools;
      const now = await served();
      const urls = await addresses(now);
      return now.map(tool => pinned(tool, serverOf(tool, urls)));
    },
    async now(tool) {
      const [live, server] = await Promise.all([botTools.get(tool.id), tool.run.kind === 'mcp' ? botTools.server(tool.run.serverId) : undefined]);
      return usable(tool, live, server?.url);
    },
  };
}
