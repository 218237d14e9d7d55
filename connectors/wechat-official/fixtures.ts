/** Payloads in the shapes of Tencent's documents, opened as the webhook opens them. For tests. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { signature } from '../tencent/crypto.ts';
import { parse } from './parse.ts';
import type { Parsed } from './parse.ts';
import { open } from './push.ts';

const folder = join(import.meta.dirname, 'fixtures');
const settings = { appId: 'wx1234567890abcdef', token: 'token', encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG', mode: 'plain' as const };

/** Every fixture's file name. */
export const fixtureNames = (): string[] => readdirSync(folder).sort();

/** A body as it comes, signed. */
export function parseBody(body: string): Parsed {
  const opened = open(settings, new URLSearchParams({ signature: signature([settings.token, '1', '2']), timestamp: '1', nonce: '2' }), body);
  if (opened.kind !== 'open') throw new Error(`not opened: ${JSON.stringify(opened)}`);
  return parse(opened.fields, opened.raw);
}

/** One fixture, parsed. */
export const parsed = (name: string): Parsed => parseBody(readFileSync(join(folder, name), 'utf8'));

/** The message in a fixture. */
export function messageOf(name: string) {
  const result = parsed(name);
  if (result.kind !== 'message') throw new Error(`${name} is no message`);
  return result.message;
}
/** What happened, in a fixture. */
export function happeningsOf(name: string) {
  const result = parsed(name);
  if (result.kind !== 'happenings') throw new Error(`${name} is no happening`);
  return result;
}
