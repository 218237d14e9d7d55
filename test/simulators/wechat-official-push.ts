/** How WeChat pushes: signed, encrypted by the account's mode, three tries of five seconds. Written after Tencent's documents, not after our code. */
import { createCipheriv, createHash, randomBytes, randomInt } from 'node:crypto';

export type Mode = 'safe' | 'compatible' | 'plain';
export type Secrets = { appId: string; token: string; encodingAesKey: string; mode: Mode };
/** Where the account's server is: an address, or a function that takes a Request. */
export type Hook = { url: string; handle?: (request: Request) => Promise<Response> };
export type Fields = { [name: string]: string | number | Fields | Fields[] };

const sha1 = (...parts: string[]): string => createHash('sha1').update(parts.sort().join('')).digest('hex');

/** The parameters of every call; `cipher` adds those of encrypted ones. */
export function signedQuery({ token }: Pick<Secrets, 'token'>, cipher?: string, openid = 'o'): URLSearchParams {
  const [timestamp, nonce] = [String(Math.floor(Date.now() / 1_000)), String(randomInt(1e9))];
  return new URLSearchParams({
    signature: sha1(token, timestamp, nonce), timestamp, nonce, openid,
    ...(cipher !== undefined && { encrypt_type: 'aes', msg_signature: sha1(token, timestamp, nonce, cipher) }),
  });
}

/** 16 random bytes, the length, the text, the app id; padded to 32. */
export function seal({ appId, encodingAesKey }: Pick<Secrets, 'appId' | 'encodingAesKey'>, text: string): string {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const content = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const plain = Buffer.concat([randomBytes(16), length, content, Buffer.from(appId)]);
  const fill = 32 - (plain.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16));
  cipher.setAutoPadding(false);
  return cipher.update(Buffer.concat([plain, Buffer.alloc(fill, fill)]), undefined, 'base64') + cipher.final('base64');
}

/** Numbers bare, texts in CDATA, as in the documents. */
export function toXml(fields: Fields, indent = ''): string {
  return Object.entries(fields).map(([name, value]) => {
    if (Array.isArray(value)) return value.map((one) => `${indent}<${name}>\n${toXml(one, `${indent}  `)}\n${indent}</${name}>`).join('\n');
    if (typeof value === 'object') return `${indent}<${name}>\n${toXml(value, `${indent}  `)}\n${indent}</${name}>`;
    return `${indent}<${name}>${typeof value === 'number' ? value : `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`}</${name}>`;
  }).join('\n');
}

/** The body and parameters of one push. */
export function wrap(secrets: Secrets, fields: Fields): { query: URLSearchParams; body: string } {
  const openid = String(fields['FromUserName'] ?? '');
  const plain = toXml(fields);
  if (secrets.mode === 'plain') return { query: signedQuery(secrets, undefined, openid), body: `<xml>\n${plain}\n</xml>` };
  const cipher = seal(secrets, `<xml>\n${plain}\n</xml>`);
  const sealed = `<Encrypt><![CDATA[${cipher}]]></Encrypt>`;
  const shown = secrets.mode === 'compatible' ? plain : `<ToUserName><![CDATA[${String(fields['ToUserName'] ?? '')}]]></ToUserName>`;
  return { query: signedQuery(secrets, cipher, openid), body: `<xml>\n${shown}\n${sealed}\n</xml>` };
}

/** What the hub answered to one try. */
export type Tried = { status: number; body: string } | { failed: string };

/** One try. */
export async function post(hook: Hook, query: URLSearchParams, body: string, timeoutMs: number): Promise<Tried> {
  const request = new Request(`${hook.url}?${query}`, { method: 'POST', body, headers: { 'content-type': 'text/xml' }, signal: AbortSignal.timeout(timeoutMs) });
  const timeout = new Promise<Tried>((done) => { setTimeout(() => done({ failed: 'no answer in time' }), timeoutMs).unref(); });
  const answer = (hook.handle ?? fetch)(request).then(async (response): Promise<Tried> => ({ status: response.status, body: await response.text() }));
  return Promise.race([answer.catch((error: unknown): Tried => ({ failed: String(error) })), timeout]);
}

/** An answer WeChat is content with: 200 with nothing, `success` or a reply in XML. */
export const content = (tried: Tried): boolean => 'status' in tried && tried.status === 200 && /^(?:|success|<xml>[\s\S]*)$/.test(tried.body.trim());
