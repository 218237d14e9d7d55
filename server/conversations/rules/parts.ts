/** One entry that is several messages of the platform: their keys, and what they amount to. Pure. */
import type { Delivery, DeliveryState, Part, Words } from '../schema.ts';

/** The key of one message of an entry; the first has the entry's own. A message that is sent anew is another one to the platform. */
export const partKey = (entryId: string, index: number, round = 0): string => `${entryId}${index > 0 || round > 0 ? `#${index}` : ''}${round > 0 ? `.${round}` : ''}`;

/** The entry, the place and the round of a key; null: no key of ours. */
export function readPartKey(key: string): { entryId: string; index: number; round: number } | null {
  const [, entryId, index = '0', round = '0'] = /^([0-9a-f]{24})(?:#(\d{1,3})(?:\.(\d{1,4}))?)?$/.exec(key) ?? [];
  return entryId ? { entryId, index: Number(index), round: Number(round) } : null;
}

/** Whether a message still has to be sent. */
export const isMissing = ({ state }: Pick<Part, 'state'>): boolean => state === 'queued' || state === 'failed' || state === 'unknown';

const ladder: readonly DeliveryState[] = ['queued', 'sent', 'delivered', 'read'];

/** What all of them amount to: failed when one failed, delivered when all are. */
export function sumOf(parts: Part[], at: Date): Delivery {
  const notes = parts.flatMap(({ linked }) => linked ?? []);
  const note = notes.length > 0 ? { note: joined(notes) } : {};
  const wrong = parts.findIndex(({ state }) => state === 'failed') >= 0 ? 'failed' as const : parts.some(({ state }) => state === 'unknown') ? 'unknown' as const : null;
  if (!wrong) return { state: ladder[Math.min(...parts.map(({ state }) => Math.max(0, ladder.indexOf(state))))] ?? 'queued', at, ...note };
  const index = parts.findIndex(({ state }) => state === wrong);
  const reason = parts[index]?.reason;
  return { state: wrong, at, ...note, ...(parts.length === 1 ? reason === undefined ? {} : { reason } : { reason: which(index, parts, reason) }) };
}

/** Which of them it is that failed, and how many the customer has. */
function which(index: number, parts: Part[], reason: Words = ''): Words {
  const out = parts.filter(part => !isMissing(part)).length;
  return each(reason, (said, locale) => locale === 'zh-CN'
    ? `第 ${index + 1} 条（共 ${parts.length} 条，客户已收到 ${out} 条）${said ? `：${said}` : ''}`
    : `Message ${index + 1} of ${parts.length} (${out} went out)${said ? `: ${said}` : ''}`);
}

const each = (words: Words, make: (said: string, locale: 'zh-CN' | 'en') => string): Words =>
  ({ 'zh-CN': make(typeof words === 'string' ? words : words['zh-CN'], 'zh-CN'), en: make(typeof words === 'string' ? words : words.en, 'en') });

const joined = (all: Words[]): Words => all.reduce((before, next) => each(before, (said, locale) => `${said}\n${typeof next === 'string' ? next : next[locale]}`));
