/** A push from WeChat: who sent it, and what is in it. */
import type { Words } from '../connector.ts';
import { decrypt, sameSignature, signature } from '../tencent/crypto.ts';
import { parseXml } from '../tencent/xml.ts';
import { z } from 'zod';
import { textOf } from './fields.ts';
import type { Fields } from './fields.ts';
import type { WechatOfficialConfig } from './manifest.ts';

export type Opened =
  | { kind: 'open'; fields: Fields; raw: string }
  /** Not from WeChat, or not sent as the settings say; `hint` is for whoever set the channel up. */
  | { kind: 'refused'; hint?: Words }
  /** Signed by WeChat, yet nobody can read it. */
  | { kind: 'broken'; reason: string };

type Settings = Pick<WechatOfficialConfig, 'appId' | 'token' | 'encodingAesKey' | 'mode'>;

const plainPush = {
  safe: { 'zh-CN': '微信推送的是明文，而此渠道设为安全模式', en: 'WeChat sends plain messages, but this channel is set to safe mode' },
  compatible: { 'zh-CN': '微信推送的是明文，而此渠道设为兼容模式', en: 'WeChat sends plain messages, but this channel is set to compatible mode' },
};

/** The signature of the address itself: token, timestamp, nonce. */
export function signed(query: URLSearchParams, token: string): boolean {
  const [given, timestamp, nonce] = [query.get('signature'), query.get('timestamp'), query.get('nonce')];
  return !!given && !!timestamp && !!nonce && sameSignature(given, signature([token, timestamp, nonce]));
}

/** Checks and decrypts in the mode that is set. */
export function open(settings: Settings, query: URLSearchParams, body: string): Opened {
  const [timestamp, nonce, encryptedSignature] = [query.get('timestamp'), query.get('nonce'), query.get('msg_signature')];
  let outer: Fields | undefined;
  let failure = '';
  try {
    outer = fieldsOf(body);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  const cipher = outer ? textOf(outer, 'Encrypt').trim() : '';
  if (cipher !== '') {
    if (!timestamp || !nonce || !encryptedSignature || !sameSignature(encryptedSignature, signature([settings.token, timestamp, nonce, cipher]))) return { kind: 'refused' };
    try {
      const raw = decrypt(settings.encodingAesKey, settings.appId, cipher);
      return { kind: 'open', fields: fieldsOf(raw), raw };
    } catch (error) {
      return { kind: 'broken', reason: error instanceof Error ? error.message : String(error) };
    }
  }
  if (!signed(query, settings.token)) return { kind: 'refused' };
  // The address is signed, not the body: whoever has seen one address could say anything. Only in plain mode is there nothing better.
  if (settings.mode !== 'plain') return { kind: 'refused', hint: plainPush[settings.mode] };
  return outer ? { kind: 'open', fields: outer, raw: body } : { kind: 'broken', reason: failure };
}

const Json = z.record(z.string(), z.unknown());

/** XML, or JSON where the account was set so. Message ids have 64 bits: as numbers they would lose their last digits. */
function fieldsOf(text: string): Fields {
  if (!text.trimStart().startsWith('{')) return parseXml(text);
  return Json.parse(JSON.parse(text.replaceAll(/"(\w+)"\s*:\s*(-?\d{16,})(?=\s*[,}\]])/g, '"$1":"$2"')));
}
