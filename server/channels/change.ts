/** Connecting, changing and removing a channel: checked, stored, running at once without a restart. */
import { mayFollow } from '../calendars/change.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { completeConfig, mergeConfig } from './config.ts';
import type { Channel, ChannelChange, ChannelInput } from './schema.ts';

/** Makes a channel and starts it. `secrets` were made just now and are shown this once. */
export async function createChannel(hub: Hub, input: ChannelInput): Promise<{ channel: Channel; secrets: Record<string, string> }> {
  const manifest = hub.channels.manifest(input.kind);
  mayFollow(hub, input.calendarId);
  const { config, made } = completeConfig(manifest, input.config);
  const channel = await hub.store.channels.create({
    kind: input.kind, name: input.name, enabled: true, config, bot: input.bot ?? manifest.kind === 'webchat', queueId: input.queueId ?? null,
    priority: 1, reopenHours: 72, createdAt: hub.now(), ...(input.calendarId ? { calendarId: input.calendarId, closed: input.closed } : {}),
  });
  await hub.channels.start(channel);
  return { channel, secrets: made };
}

/** Changes a channel; its connector restarts only when its own settings changed. `secrets` were made anew and are shown this once. */
export async function changeChannel(hub: Hub, id: string, change: ChannelChange): Promise<{ channel: Channel; secrets: Record<string, string> }> {
  const old = await getChannel(hub, id);
  mayFollow(hub, change.calendarId);
  const { config, made } = change.config ? mergeConfig(hub.channels.manifest(old.kind), old.config, change.config) : { config: old.config, made: {} };
  const channel: Channel = { ...old, ...change, config };
  await hub.store.channels.save(channel);
  if (change.config || change.enabled !== undefined) await hub.channels.start(channel);
  else hub.channels.replace(channel);
  return { channel, secrets: made };
}

/** Stops and forgets a channel. Its conversations stay. */
export async function removeChannel(hub: Hub, id: string): Promise<void> {
  await hub.channels.forget(await getChannel(hub, id));
  await hub.store.channels.remove(id);
}

/** The channel, or a Problem 'not-found'. */
export async function getChannel(hub: Hub, id: string): Promise<Channel> {
  const channel = await hub.store.channels.get(id);
  if (!channel) throw new Problem('not-found', 'There is no such channel.');
  return channel;
}
