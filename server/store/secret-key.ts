/** The key of our own for secrets at rest, where the operator gave none. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Reads the key kept in the data folder; makes it, for this user's eyes only, when it is not there. */
export function ownSecretKey(dataDir: string): Buffer {
  const file = join(dataDir, 'secret.key');
  mkdirSync(dataDir, { recursive: true });
  try {
    writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  // A new key would open none of the secrets that the lost one closed, so it is never made over a damaged one.
  if (key.length !== 32) throw new Error(`${file} is damaged: put the backup of it back, or set HUB_SECRET_KEY`);
  return key;
}
