/** A channel's settings as its manifest describes them: checked, secrets made, secrets hidden. */
import { randomBytes, randomInt } from 'node:crypto';
import { z } from 'zod';
import type { Manifest } from '../../connectors/connector.ts';
import { fieldsOf } from '../fields.ts';
import { Problem } from '../problem.ts';

type Config = Record<string, unknown>;

/** The settings form as JSON Schema; a property may carry secret, generated and label. */
export const formOf = (manifest: Manifest) => z.toJSONSchema(manifest.config, { io: 'input', unrepresentable: 'any' });

function fieldsWith(manifest: Manifest, mark: 'secret' | 'generated'): string[] {
  return Object.entries(formOf(manifest).properties ?? {}).filter(([, schema]) => typeof schema === 'object' && mark in schema && schema[mark] === true).map(([name]) => name);
}

/** Names of the settings that are encrypted and never sent out. */
export const secretsOf = (manifest: Manifest): string[] => [...new Set([...fieldsWith(manifest, 'secret'), ...fieldsWith(manifest, 'generated')])];

/** Checks settings against the manifest; makes the generated secrets that are missing. Returns those made, to be shown once. */
export function completeConfig(manifest: Manifest, input: Config): { config: Config; made: Record<string, string> } {
  const made: Record<string, string> = {};
  for (const name of fieldsWith(manifest, 'generated')) if (input[name] === undefined) made[name] = makeSecret(manifest, name);
  const parsed = z.strictObject(manifest.config.shape).safeParse({ ...input, ...made });
  if (!parsed.success) throw new Problem('invalid', `The settings of the ${manifest.label.en} channel are not complete.`, fieldsOf(parsed.error, 'config'));
  return { config: parsed.data, made };
}

/** Some platforms take secrets of so many letters and digits only: meta({ letters: 43 }). */
function makeSecret(manifest: Manifest, name: string): string {
  const letters = manifest.config.shape[name]?.meta()?.['letters'];
  if (typeof letters !== 'number') return `whsec_${randomBytes(32).toString('base64')}`;
  return Array.from({ length: letters }, () => alphabet[randomInt(alphabet.length)]).join('');
}
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** New settings over old ones; a secret that is left out stays, null removes a setting, and a generated secret that is removed is made anew. */
export function mergeConfig(manifest: Manifest, old: Config, change: Config): ReturnType<typeof completeConfig> {
  return completeConfig(manifest, Object.fromEntries(Object.entries({ ...old, ...change }).filter(([, value]) => value !== null)));
}

/** What a screen may see: a secret is only said to be set. */
export function maskConfig(manifest: Manifest, config: Config): Config {
  const secrets = new Set(secretsOf(manifest));
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, secrets.has(name) ? (value ? 'set' : '') : value]));
}
