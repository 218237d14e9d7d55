/** What became of a message of ours. Pure. */
import type { Receipt } from '../connector.ts';
import { reasonsOf } from './errors.ts';
import { firstWords, words, type Json } from './fields.ts';
import type { Item } from './item.ts';

const states: Record<string, Receipt['state']> = { sent: 'sent', delivered: 'delivered', read: 'read', played: 'read', failed: 'failed' };

/** The parts of one message of ours share its key; the first has it as it is. */
export const dataOf = (key: string, part: number): string => (part === 0 ? key : `${key}#${part}`);
/** The key and the part again. */
export function keyOf(data: string): { key: string; part: number } {
  const found = /^(.*)#(\d{1,3})$/s.exec(data);
  return found ? { key: found[1] ?? '', part: Number(found[2]) } : { key: data, part: 0 };
}

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
  const reason = state === 'failed' ? reasonsOf(status['errors']) || 'WhatsApp gave no reason' : undefined;
  return [{ kind: 'receipt', receipt: { externalId, state, ...(data && { key: keyOf(data).key }), ...(reason && { reason }) }, ...(data && { data }) }];
}
