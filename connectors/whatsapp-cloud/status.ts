/** What became of a message of ours. Pure. */
import type { Receipt } from '../connector.ts';
import { isFileTrouble, reasonOf, reasonsOf } from './errors.ts';
import { firstWords, words, type Json } from './fields.ts';
import type { Item } from './item.ts';

const states: Record<string, Receipt['state']> = { sent: 'sent', delivered: 'delivered', read: 'read', played: 'read', failed: 'failed' };

/** They say nothing about delivery; calls have statuses too. */
const beside = /^(?:deleted|warning|accepted|pending|queued|ringing|rejected)$/;

/** One status. */
export function receiptOf(status: Json): Item[] {
  const externalId = firstWords(status['id']);
  const said = words(status['status'], 60).trim().toLowerCase();
  const state = Object.hasOwn(states, said) ? states[said] : undefined;
  if (!externalId || externalId.length > 500) return [{ kind: 'bad', reason: 'a status that names no message', raw: status }];
  if (!state) return beside.test(said) ? [] : [{ kind: 'bad', reason: `a status that is not known: ${said || 'none'}`, raw: status }];
  const data = words(status['biz_opaque_callback_data'], 512);
  const reason = state === 'failed' ? reasonsOf(status['errors']) ?? reasonOf(null) : undefined;
  return [{ kind: 'receipt', receipt: { externalId, state, ...(data && { key: data }), ...(reason && { reason }), ...(state === 'failed' && isFileTrouble(status['errors']) && { because: 'file' }) } }];
}
