/** What the platform calls us with: a check of the address, and the word that something is there to be fetched. Pure. */
import { decrypt, sameSignature, signature } from '../tencent/crypto.ts';
import { parseXml } from '../tencent/xml.ts';
import { Text } from './content.ts';

/** Who we are to the platform. */
export type Keys = { corpId: string; token: string; encodingAesKey: string };

/** `notice`: something is new at an account; its token allows more frequent questions for 10 minutes. */
export type Callback =
  | { kind: 'echo'; text: string }
  | { kind: 'notice'; account?: string; eventToken?: string }
  | { kind: 'other' }
  | { kind: 'refused'; reason: string };

/** Bytes of one callback; real ones have some hundred. */
export const bodyLimit = 256 * 1024;

/**
 * Checks and opens one callback; `body` absent: the check of the address. An old timestamp is no reason to refuse:
 * all that a repeated callback does is to make us ask the platform itself.
 */
export function openCallback(keys: Keys, query: URLSearchParams, body?: string): Callback {
  const given = { signature: query.get('msg_signature') ?? '', timestamp: query.get('timestamp') ?? '', nonce: query.get('nonce') ?? '' };
  // Base64 has no blanks: a plus sign that was not escaped comes as one.
  const cipher = body === undefined ? (query.get('echostr') ?? '').replaceAll(' ', '+') : cipherOf(body);
  if (cipher === undefined) return { kind: 'refused', reason: 'The body is no encrypted XML' };
  if (cipher === '' || given.signature === '') return { kind: 'refused', reason: 'The call is not signed' };
  if (!sameSignature(signature([keys.token, given.timestamp, given.nonce, cipher]), given.signature)) return { kind: 'refused', reason: 'The signature does not fit' };
  let plain: string;
  try {
    plain = decrypt(keys.encodingAesKey, keys.corpId, cipher);
  } catch (error) {
    return { kind: 'refused', reason: error instanceof Error ? error.message : 'The encrypted part cannot be read' };
  }
  if (body === undefined) return { kind: 'echo', text: plain };
  const inner = xml(plain);
  if (!inner || Text.parse(inner['Event'])?.trim() !== 'kf_msg_or_event') return { kind: 'other' };
  const account = Text.parse(inner['OpenKfId'])?.trim();
  const eventToken = Text.parse(inner['Token'])?.trim();
  return { kind: 'notice', ...(account && { account }), ...(eventToken && { eventToken }) };
}

function cipherOf(body: string): string | undefined {
  const outer = xml(body);
  return outer && Text.parse(outer['Encrypt'])?.trim();
}

function xml(text: string): Record<string, unknown> | undefined {
  try {
    return parseXml(text);
  } catch {
    return undefined;
  }
}
