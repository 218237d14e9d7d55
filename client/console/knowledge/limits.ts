/** What an answer or a document is about, when it holds and for whom: as a form, and back. */
type Audience = { channels?: string[]; identified?: boolean };
/** Of something that is limited; absent, or null, is without limit. */
export type Limited = { topics?: string[]; validFrom?: string | null; validUntil?: string | null; audience?: Audience | null };
export type LimitsForm = { topics: string; validFrom: string; validUntil: string; channels: string[]; identified: 'all' | 'yes' | 'no' };

/** Without limits. */
export const unlimited = (): LimitsForm => ({ topics: '', validFrom: '', validUntil: '', channels: [], identified: 'all' });

/** As the form shows it. */
export function formOf({ topics = [], validFrom, validUntil, audience }: Limited): LimitsForm {
  const { channels = [], identified } = audience ?? {};
  return { topics: topics.join(', '), validFrom: toField(validFrom), validUntil: toField(validUntil), channels: [...channels], identified: identified === undefined ? 'all' : identified ? 'yes' : 'no' };
}

/** As the API takes it: null takes a limit away. */
export function limitsOf({ topics, validFrom, validUntil, channels, identified }: LimitsForm) {
  const audience: Audience = { ...(channels.length > 0 ? { channels: [...channels] } : {}), ...(identified === 'all' ? {} : { identified: identified === 'yes' }) };
  return { topics: parts(topics, /[,，、\n]/), limits: { validFrom: toTime(validFrom), validUntil: toTime(validUntil), audience: Object.keys(audience).length > 0 ? audience : null } };
}

/** The parts of a text, each once. */
export const parts = (text: string, by: RegExp): string[] => [...new Set(text.split(by).map((part) => part.trim()).filter((part) => part !== ''))];

/** A time as the browser's own field wants it: local, to the minute. */
function toField(iso: string | null | undefined): string {
  if (!iso) return '';
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
const toTime = (field: string): string | null => (field ? new Date(field).toISOString() : null);
