/**
 * The simulated platforms beside a hub, and the demo's channels on them. Each channel keeps the settings it was given; a platform that
 * cannot come back to its old port moves, and the channel's settings with it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { changeChannel } from '../channels/change.ts';
import { secretsOf } from '../channels/config.ts';
import type { Channel } from '../channels/schema.ts';
import type { Hub } from '../hub.ts';
import { startProgram, type Program } from './program.ts';
import type { Act, Guest, Received } from './schema.ts';
import type { Visitor } from './store.ts';

/** What `npm run sim` runs. An installation may be without it. */
const ours = join(import.meta.dirname, '..', '..', 'test', 'simulators', 'run.ts');
/** Connectors find a platform by themselves that is away no longer. */
const patienceMs = 1_500;

export type Stage = {
  /** False: this installation has no program that plays platforms. */
  readonly isThere: boolean;
  /** Settings of a new channel on a simulated platform. */
  settings(kind: string): Promise<Record<string, unknown>>;
  /** Plays what the demo's channels stand on; those that play already go on. */
  raise(): Promise<void>;
  /** Ends the program; `raise` starts it again. */
  lower(): Promise<void>;
  plays(channelId: string): boolean;
  /** Who wrote on this channel before we began; the past of the demo. */
  visitors(channelId: string): readonly Visitor[];
  /** Somebody who wrote just now and may be back. */
  know(channelId: string, visitor: Visitor): void;
  act(channel: Pick<Channel, 'kind'>, guest: Guest, act: Act): Promise<void>;
  /** Our words reached a customer. */
  onReceived(listener: (channelId: string, message: Received) => void): void;
  pid(): number | undefined;
};

/** @param local where this hub listens, as seen from this machine; absent: nobody will write  @param file the program */
export function openStage(hub: Hub, local?: string, file = ours): Stage {
  const isThere = existsSync(file);
  const played = new Map<string, string>();
  const visitors = new Map<string, Visitor[]>();
  const listeners = new Set<(channelId: string, message: Received) => void>();
  let program: Program | undefined;
  let raising: Promise<void> | undefined;
  let toldMissing = false;

  const running = (): Program => program ??= startProgram({
    file, log: hub.log,
    again() {
      if (!raising) return;
      raising = undefined;
      void stage.raise().catch((error: unknown) => hub.log.warn({ err: error }, 'the simulated platforms could not be raised again'));
    },
    received(message) {
      const channelId = [...played].find(([, kind]) => kind === message.kind)?.[0];
      if (channelId) for (const listener of listeners) listener(channelId, message);
    },
  });

  /** The platform plays, the channel stands on it, and they know of each other. */
  async function bring(channel: Channel, by: Program): Promise<void> {
    const { id, kind } = channel;
    const wanted = await by.ask({ order: 'play', kind, config: channel.config }) ?? {};
    const changed = Object.fromEntries(Object.entries(wanted).filter(([name, value]) => channel.config[name] !== value));
    const now = Object.keys(changed).length > 0 ? (await changeChannel(hub, id, { config: changed })).channel : channel;
    const path = `/hooks/${kind}/${id}`;
    const secrets = Object.fromEntries(secretsOf(hub.channels.manifest(kind)).flatMap((name): [string, string][] => { const value = now.config[name]; return typeof value === 'string' ? [[name, value]] : []; }));
    await by.ask({ order: 'meet', kind, guests: (visitors.get(id) ?? []).map(({ conversationId: _conversation, ...guest }) => guest) });
    await by.ask({ order: 'connect', kind, hook: { url: `${hub.publicUrl}${path}`, local: `${local}${path}`, secrets } });
    played.set(id, kind);
    // A session keeps trying by itself.
    if (now === channel && hub.channels.manifest(kind).official) wait(id);
  }

  /** A connector that was refused while nobody played may wait for long before it looks again. */
  function wait(id: string): void {
    setTimeout(() => {
      const channel = hub.channels.get(id)?.channel;
      if (channel && played.has(id) && hub.channels.health(id)?.state !== 'ready') void hub.channels.start(channel);
    }, patienceMs).unref();
  }

  async function raiseAll(): Promise<void> {
    const { demo, channels } = hub.store;
    const ids = await demo.tagged('simulated');
    if (ids.length === 0) return;
    const by = running();
    for (const id of ids) {
      const channel = await channels.get(id);
      if (!channel) continue;
      if (!visitors.has(id)) visitors.set(id, await demo.visitors(id));
      // One platform that does not come up leaves the others alone.
      try {
        await bring(channel, by);
      } catch (error) {
        if (by !== program) return;
        hub.log.warn({ channel: id, kind: channel.kind, reason: error instanceof Error ? error.message : String(error) }, 'a platform of the demo is not played');
      }
    }
  }

  const stage: Stage = {
    isThere,
    async settings(kind) { return await running().ask({ order: 'play', kind }) ?? {}; },
    async raise() {
      if (!isThere) {
        if (!toldMissing && (await hub.store.demo.tagged('simulated')).length > 0) hub.log.warn('the demo\'s channels of WhatsApp, WeChat and SMS stand still: the program that plays these platforms (test/simulators) is not in this installation');
        toldMissing = true;
        return;
      }
      return await (raising ??= raiseAll());
    },
    async lower() {
      raising = undefined;
      played.clear();
      visitors.clear();
      const last = program;
      program = undefined;
      await last?.stop();
    },
    plays: (channelId) => played.has(channelId),
    visitors: (channelId) => visitors.get(channelId) ?? [],
    know(channelId, visitor) {
      const those = visitors.get(channelId) ?? [];
      if (!those.some(({ address }) => address === visitor.address)) visitors.set(channelId, [...those, visitor]);
    },
    async act({ kind }, guest, act) { await running().ask({ order: 'act', kind, guest, act }); },
    onReceived(listener) { listeners.add(listener); },
    pid: () => program?.pid(),
  };
  return stage;
}
