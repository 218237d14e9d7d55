/** What Twilio's error codes mean for the person who sent the message, and what to do next. */
import { z } from 'zod';
import { ConnectorError } from '../connector.ts';

const words: Record<number, string> = {
  20003: 'Twilio does not accept the account SID and auth token: check both in the channel\'s settings',
  20429: 'Twilio asks us to slow down',
  21211: 'The number is not a valid phone number',
  21408: 'The Twilio account may not send to this country: allow it in the console under Messaging, Geo permissions',
  21602: 'The message is empty',
  21603: 'No sender is set: give the channel a messaging service or a number',
  21606: 'The sender is no number of this Twilio account, or cannot send SMS',
  21608: 'A trial account may only send to verified numbers',
  21610: 'The customer opted out (STOP) and must write START before anything can be sent',
  21611: 'The sender has too many messages waiting',
  21612: 'This sender cannot reach this number',
  21614: 'The number is no mobile phone',
  21617: 'The text is longer than 1,600 characters',
  21620: 'The file cannot be fetched by Twilio: its address is not valid',
  21656: 'The variables do not fit the template',
  21703: 'The messaging service has no number to send from',
  30001: 'Too many messages were waiting at Twilio',
  30002: 'The Twilio account is suspended',
  30003: 'The phone cannot be reached: switched off, out of range, or not a mobile',
  30004: 'The customer or the operator blocks our messages',
  30005: 'The number does not exist, or is not in service any more',
  30006: 'The number is a landline, or its operator cannot be reached',
  30007: 'The operator filtered the message as spam',
  30008: 'The operator did not say why it failed',
  30019: 'The file is too large for the operator',
  30034: 'The number is not registered for business messages (A2P 10DLC)',
  30410: 'The operator did not answer in time',
  30453: 'The message was blocked as a repetition',
  63001: 'The channel did not accept our credentials',
  63003: 'The customer has no WhatsApp at this number',
  63005: 'WhatsApp did not accept the content',
  63007: 'The WhatsApp sender is not set up at Twilio',
  63015: 'The customer must join the WhatsApp sandbox first',
  63016: 'More than 24 hours since the customer wrote: only an approved template can be sent',
  63018: 'WhatsApp asks us to slow down',
  63019: 'The file could not be fetched, or WhatsApp does not take it',
  63021: 'WhatsApp did not accept the content',
  63024: 'The customer cannot get WhatsApp messages at this number',
  63032: 'WhatsApp limits what is sent to this customer',
  63049: 'WhatsApp chose not to deliver this marketing message',
};

/** The customer said STOP: only the customer can take that back. */
export const optedOut = 21610;

/** The file could not be fetched, or is not taken. The hub looks whether there was one: some codes are about words as well. 30007 (filtered as spam) is not among them: a link would be filtered too. */
const fileTrouble = new Set([11751, 12300, 21620, 30019, 63005, 63019, 63021, 63034]);
export const isFileTrouble = (code: number | undefined): boolean => code !== undefined && fileTrouble.has(code);

/** A sentence for an error code; what we do not know keeps its number and Twilio's own words. */
export function inWords(code: number | undefined, said?: string): string {
  const known = code === undefined ? undefined : words[code];
  if (known) return `${known} (${code})`;
  const plain = said?.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim().slice(0, 200);
  if (code === undefined) return plain || 'Twilio did not say why';
  return `${plain || 'Twilio did not say why'} (${code})`;
}

/** Twilio may have taken the message: nobody heard its answer. No ConnectorError, so the hub asks before it sends again. */
export class OutcomeLost extends Error {}

/** A refusal, with Twilio's code. */
export class Refusal extends ConnectorError {
  readonly code: number | undefined;
  constructor(kind: ConnectorError['kind'], message: string, code: number | undefined) {
    super(kind, message, { because: kind === 'rejected' && isFileTrouble(code) ? 'file' : undefined });
    this.code = code;
  }
}

const Body = z.object({ code: z.coerce.number().optional().catch(undefined), message: z.string().optional().catch(undefined) }).catch({});

/** An answer of 400 and above. `asks`: nothing was changed by the call, so it can be made again. */
export function refusal(status: number, body: unknown, retryAfter: unknown, asks: boolean): Error {
  const { code, message } = Body.parse(typeof body === 'string' ? asJson(body) : body);
  if (status === 429 || code === 20429) {
    const seconds = Number(retryAfter);
    return new ConnectorError('rate-limited', inWords(20429), Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: Math.min(seconds, 3_600) * 1000 } : {});
  }
  if (status === 401 || code === 20003) return new Refusal('signed-out', inWords(20003), code);
  if (status === 408 || status === 502 || status === 503) return new ConnectorError('unreachable', `Twilio is not available (${status})`);
  if (status >= 500) return asks ? new ConnectorError('unreachable', `Twilio answered ${status}`) : new OutcomeLost(`Twilio answered ${status}: it may have taken the message`);
  return new Refusal('rejected', inWords(code, message), code);
}

const unsent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE']);

/** No answer at all. The SDK's own error holds our credentials: it is not passed on. */
export function silence(error: unknown, asks: boolean): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'connection cut';
  if (asks || unsent.has(code)) return new ConnectorError('unreachable', `Twilio cannot be reached (${code})`);
  return new OutcomeLost(`Twilio's answer was lost (${code}): it may have taken the message`);
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
