/** Secrets are never shown again; they stay with the host they were entered for. */
import type { Header } from '../schema.ts';
import { partsOf } from './template.ts';

type Place = { url: string; headers: Header[] };

/** The headers with the secrets that stay; `missing`: the places of those that must be entered. */
export function keptSecrets(now: Place, before: Place | null): { headers: Header[]; missing: number[] } {
  const same = before !== null && partsOf(before.url).origin.toLowerCase() === partsOf(now.url).origin.toLowerCase();
  const missing: number[] = [];
  const headers = now.headers.map((header, at) => {
    if (!header.secret || header.value !== '') return header;
    const old = same ? before.headers.find(each => each.secret && each.name.toLowerCase() === header.name.toLowerCase()) : undefined;
    if (!old) missing.push(at);
    return { ...header, value: old?.value ?? '' };
  });
  return { headers, missing };
}
