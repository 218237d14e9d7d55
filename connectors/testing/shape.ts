/** The shapes the suite checks: manifests, inbound messages, and a plain outbound one. */
import { expect } from 'vitest';
import type { Connector, Inbound, Manifest, Outbound } from '../connector.ts';
import { Content } from '../../server/conversations/schema.ts';

/** A message of ours with sensible parts. */
export function outbound(change: Partial<Outbound> = {}): Outbound {
  return {
    key: `key-${process.hrtime.bigint()}`, again: false, thread: 'thread-1', to: 'customer@example.test',
    content: { text: 'Hello' }, speaker: { kind: 'agent', name: 'Mei 梅' }, history: [],
    file: async () => new Uint8Array(), ...change,
  };
}

/** The values that must never be seen again. */
export function secretsOf(manifest: Manifest, config: Record<string, unknown>): string[] {
  return Object.entries(manifest.config.shape)
    .filter(([, field]) => field.meta()?.['secret'] === true)
    .map(([name]) => config[name])
    .filter((value) => typeof value === 'string')
    .filter((value) => value.length >= 4);
}

/** Sockets and timers that keep the process alive. */
export function handles(): number {
  return process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Timeout|Pipe(?!Wrap)|FSEvent|ChildProcess/.test(name)).length;
}

/** A settings form can be made of it, in both languages. */
export function checkManifest(manifest: Manifest): void {
  expect(manifest.kind).toMatch(/^[a-z][a-z0-9-]*$/);
  expect(manifest.icon).toMatch(/\S/);
  checkLabel(manifest.label, 'the manifest');
  for (const [name, field] of Object.entries(manifest.config.shape)) {
    const meta = field.meta() ?? {};
    // A value we make ourselves has no field in the form.
    if (meta['generated'] !== true) checkLabel(meta['label'], name);
    if (/password|secret|token|key$/i.test(name)) expect(meta['secret'], `${name} is not marked as a secret`).toBe(true);
  }
  expect(manifest.limits.textLength).toBeGreaterThan(0);
  expect(manifest.limits.attachmentBytes).toBeGreaterThanOrEqual(0);
  expect(manifest.units).toBeGreaterThan(0);
  expect(manifest.burstMs).toBeGreaterThanOrEqual(0);
}

function checkLabel(label: unknown, of: string): void {
  expect(label, `label of ${of}`).toMatchObject({ 'zh-CN': expect.stringMatching(/\S/), en: expect.stringMatching(/\S/) });
}

/** What the hub may rely on. */
export function checkInbound(inbound: Inbound, manifest: Manifest): void {
  expect(inbound.externalId).toMatch(/\S/);
  expect(inbound.thread).toMatch(/\S/);
  expect(inbound.from.value).toMatch(/\S/);
  expect(typeof inbound.from.stable).toBe('boolean');
  expect(inbound.related ?? []).not.toContain('');
  if (inbound.sentAt) expect(Number.isNaN(inbound.sentAt.getTime())).toBe(false);
  const content = Content.safeParse(inbound.content);
  expect(content.error?.issues ?? []).toEqual([]);
  for (const file of inbound.files ?? []) {
    expect(file.name).toMatch(/^[^/\\\0\r\n]{1,255}$/);
    expect(file.type).toMatch(/^[\w.+-]+\/[\w.+-]+$/);
    expect(file.bytes).toBeInstanceOf(Uint8Array);
  }
  const carried = Object.values(inbound.content).some((part) => part !== undefined) || (inbound.files?.length ?? 0) > 0 || (inbound.later?.length ?? 0) > 0;
  expect(carried, `${manifest.kind}: an empty message`).toBe(true);
}

/** Sends as the hub does: each of the platform's messages by itself, under its own key. The answer is that of the first. */
export async function sendAll(connector: Pick<Connector, 'send' | 'split'>, message: Outbound): ReturnType<Connector['send']> {
  const [first = message.content, ...rest] = connector.split?.(message.content, message.to) ?? [message.content];
  const sent = await connector.send({ ...message, content: first });
  for (const [index, content] of rest.entries()) await connector.send({ ...message, content, key: `${message.key}#${index + 1}` });
  return sent;
}
