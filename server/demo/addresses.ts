/** How each platform of the demo names its customers. Pure: the same customer has the same names everywhere. */
import { createHash } from 'node:crypto';

/** `value`: the identity; `address`: where replies go; `thread`: what messages of one conversation share; `also`: what the platform vouches for. */
export type Place = { value: string; address: string; thread: string; stable: boolean; also: { kind: string; value: string }[] };
/** Whoever it is. `number` is theirs alone; `key`: 16 hex digits. */
export type Who = { name: string; number: number; key: string; anonymous: boolean; isChinese: boolean };

/** Area codes whose 555-01xx belong to nobody. */
const areas = [202, 206, 212, 213, 214, 215, 216, 303, 305, 312, 313, 314, 404, 412, 414, 415, 503, 504, 505, 512, 513, 516, 602, 608, 612, 615, 617, 619, 702, 703, 704, 713, 718, 801, 804, 808, 816, 901, 907, 916];
const letters = (key: string, most: number): string => createHash('sha512').update(key).digest('base64url').replaceAll(/[-_]/g, 'x').slice(0, most);
const digits = (key: string, most: number): string => BigInt(`0x${createHash('sha256').update(key).digest('hex')}`).toString().slice(0, most);

/** Of a story, like all numbers here. */
export const phoneOf = (number: number): string => `+1${areas[number % areas.length]}5550${100 + Math.floor(number / areas.length) % 100}`;
/** The same person at all accounts of one company at Tencent. */
export const unionidOf = (key: string): string => `oXs4Z6${letters(`union ${key}`, 22)}`;

/** @param account the account of ours they write to, where one channel has several */
export function placeOn(kind: string, { name, number, key, anonymous, isChinese }: Who, account = ''): Place {
  const plain = (value: string, also: Place['also'] = []): Place => ({ value, address: value, thread: value, stable: true, also });
  const unionid = [{ kind: 'unionid', value: unionidOf(key) }];
  switch (kind) {
    case 'email': return plain(isChinese ? `user${number}.${key.slice(0, 4)}@mail.example` : `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}.${key.slice(0, 4)}@mail.example`);
    case 'webchat': return { ...plain(anonymous ? `visitor-${key}` : `user:${number}-${key.slice(0, 4)}`), stable: !anonymous };
    // Who hides the number is known by a user id alone.
    case 'whatsapp-cloud': return plain(`US.${digits(key, 20)}`, anonymous ? [] : [{ kind: 'phone', value: phoneOf(number) }]);
    case 'wechat-official': return plain(`o6_bm${letters(key, 23)}`, unionid);
    case 'wecom': { const id = `wm${letters(`wecom ${key}`, 30)}`; return { ...plain(id, unionid), thread: `${account}:${id}` }; }
    case 'twilio-sms': { const phone = phoneOf(number); return { ...plain(phone), value: phone.slice(1) }; }
    case 'wechat-personal': return plain(`wxid_${digits(key, 24).replaceAll(/\d\d/g, (two) => (Number(two) % 36).toString(36))}`);
    default: return plain(`customer-${key}`);
  }
}
