/** The connectors that run: started for every enabled channel, restarted when settings change, stopped in the end. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { wordsOf, type Authorization, type ChannelKind, type Connector, type Health, type Inbox, type Manifest } from '../../connectors/connector.ts';
import { Problem } from '../problem.ts';
import { turns } from '../turns.ts';
import type { Channel } from './schema.ts';

type Log = { error(fact: object, text: string): void; info(fact: object, text: string): void };
type Live = { channel: Channel; connector: Connector; inbox: Inbox; stop: AbortController; since: Date };
export type RunningChannel = Pick<Live, 'channel' | 'connector' | 'inbox' | 'since'>;

export type Running = ReturnType<typeof runningChannels>;

/** @param inboxFor what a connector reports to  @param publicUrl where platforms reach us  @param dataDir the hub's folder: each channel keeps its files in one of its own */
export function runningChannels(kinds: ChannelKind[], inboxFor: (channel: Channel, stopping: AbortSignal) => Inbox, publicUrl: string, log: Log, dataDir?: string) {
  const byKind = new Map(kinds.map(kind => [kind.manifest.kind, kind]));
  const inTurn = turns();
  const folderOf = (channel: Channel): string | undefined => dataDir === undefined ? undefined : join(dataDir, channel.kind, channel.id);
  const live = new Map<string, Live>();
  const health = new Map<string, Health & { at: Date }>();
  const verdicts = new Map<string, Health & { at: Date }>();

  const kindOf = (kind: string): ChannelKind => {
    const found = byKind.get(kind);
    if (!found) throw new Problem('invalid', `There is no channel kind "${kind}".`, { kind: `must be one of ${[...byKind.keys()].join(', ')}` });
    return found;
  };
  const stopOne = async (id: string) => {
    const running = live.get(id);
    if (!running) return;
    live.delete(id);
    running.stop.abort();
    await running.connector.stop().catch(error => log.error({ err: error, channel: id }, 'the connector did not stop cleanly'));
  };

  const startOne = async (channel: Channel): Promise<void> => {
    await stopOne(channel.id);
    if (!channel.enabled) { health.delete(channel.id); return; }
    const stop = new AbortController();
    const inbox = inboxFor(channel, stop.signal);
    try {
      const connector = await kindOf(channel.kind).create(channel.config, { id: channel.id, publicUrl, dataDir: folderOf(channel) });
      live.set(channel.id, { channel, connector, inbox, stop, since: new Date() });
      await connector.start(inbox);
    } catch (error) {
      log.error({ err: error, channel: channel.id }, 'the connector did not start');
      inbox.health({ state: 'down', detail: { message: wordsOf(error) } });
    }
  };

  return {
    kinds,
    manifest: (kind: string): Manifest => kindOf(kind).manifest,
    /** How an account of this kind is connected at the platform's own page; undefined: it is not. */
    authorization: async (kind: string): Promise<Authorization | undefined> => kindOf(kind).authorization?.(),
    /** Those that run now. */
    all: (): Channel[] => [...live.values()].map(({ channel }) => channel),
    get: (channelId: string): RunningChannel | undefined => live.get(channelId),
    ids: (): string[] => [...live.keys()],
    /** What the connector says of itself; while the canary says that the channel is down, it is down. */
    health: (channelId: string): (Health & { at: Date }) | undefined => {
      const own = health.get(channelId);
      const verdict = live.has(channelId) ? verdicts.get(channelId) : undefined;
      return verdict && own?.state !== 'waiting' ? { ...verdict, detail: { ...own?.detail, message: verdict.detail?.message ?? own?.detail?.message ?? '' } } : own;
    },
    /** The canary's finding; null: the channel works. */
    setVerdict(channelId: string, verdict: (Health & { at: Date }) | null): void {
      if (verdict) verdicts.set(channelId, verdict);
      else verdicts.delete(channelId);
    },
    setHealth(channelId: string, state: Health, at: Date): void { health.set(channelId, { ...state, at }); },

    /** Starts a channel, or starts it again with new settings, one after another. A connector that cannot start is 'down', with the reason. */
    start: (channel: Channel): Promise<void> => inTurn(channel.id, () => startOne(channel)),
    /** Settings that concern the hub only: no restart. */
    replace(channel: Channel): void {
      const running = live.get(channel.id);
      if (running) running.channel = channel;
    },
    /** Stops a channel for good: what its session kept in files goes. */
    forget: (channel: Channel): Promise<void> => inTurn(channel.id, async () => {
      await stopOne(channel.id);
      health.delete(channel.id);
      const folder = folderOf(channel);
      if (folder) await rm(folder, { recursive: true, force: true });
    }),
    stop: async (): Promise<void> => { await Promise.all([...live.keys()].map(stopOne)); },
  };
}
