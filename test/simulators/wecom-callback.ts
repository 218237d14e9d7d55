/** How WeCom signs, encrypts and pushes: written from its document 90968, not from our own code, so that both can be wrong only together. */
import { createCipheriv, createHash, randomBytes, randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

/** Where pushes go, and what they are sealed with. */
export type Hook = { url: string; token: string; encodingAesKey: string; corpId?: string };

/** A push, ready to be sent or spoilt. */
export type Sealed = { query: URLSearchParams; body: string };

const sign = (token: string, timestamp: string, nonce: string, cipher: string): string => createHash('sha1').update([token, timestamp, nonce, cipher].sort().join('')).digest('hex');

/** AES-256-CBC over 16 random bytes, the length, the text and the corp id; padded to 32. */
export function seal(encodingAesKey: string, corpId: string, text: string): string {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const words = Buffer.from(text, 'utf8');
  const size = Buffer.from([words.length >>> 24, (words.length >>> 16) & 255, (words.length >>> 8) & 255, words.length & 255]);
  const content = Buffer.concat([randomBytes(16), size, words, Buffer.from(corpId)]);
  const missing = 32 - (content.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16));
  cipher.setAutoPadding(false);
  return cipher.update(Buffer.concat([content, Buffer.alloc(missing, missing)])).toString('base64') + cipher.final('base64');
}

/** The word that something is new. */
export function notification(hook: Hook, corpId: string, account: string, eventToken: string, at: number): Sealed {
  const inner = `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><CreateTime>${Math.floor(at / 1_000)}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[kf_msg_or_event]]></Event><Token><![CDATA[${eventToken}]]></Token><OpenKfId><![CDATA[${account}]]></OpenKfId></xml>`;
  return sealed(hook, corpId, inner);
}

/** Any inner XML, signed as the platform does it. */
export function sealed(hook: Hook, corpId: string, inner: string): Sealed {
  const cipher = seal(hook.encodingAesKey, corpId, inner);
  const [timestamp, nonce] = [String(Math.floor(Date.now() / 1_000)), String(randomInt(1e9))];
  return {
    query: new URLSearchParams({ msg_signature: sign(hook.token, timestamp, nonce, cipher), timestamp, nonce }),
    body: `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><AgentID><![CDATA[]]></AgentID><Encrypt><![CDATA[${cipher}]]></Encrypt></xml>`,
  };
}

/** The check of an address, as it is made when the settings are saved. */
export function addressCheck(hook: Hook, corpId: string, word: string): URLSearchParams {
  const cipher = seal(hook.encodingAesKey, corpId, word);
  const [timestamp, nonce] = [String(Math.floor(Date.now() / 1_000)), String(randomInt(1e9))];
  return new URLSearchParams({ msg_signature: sign(hook.token, timestamp, nonce, cipher), timestamp, nonce, echostr: cipher });
}

/** Three attempts of 5 seconds each, as the platform makes them; then it gives up. The pauses are shorter here. */
export async function push(hook: Hook, { query, body }: Sealed, deliver: (request: Request) => Promise<Response>): Promise<boolean> {
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const request = new Request(`${hook.url}?${query}`, { method: 'POST', body, headers: { 'content-type': 'text/xml' }, signal: AbortSignal.timeout(5_000) });
    const ok = await deliver(request).then(async (response) => { await response.arrayBuffer(); return response.ok; }, () => false);
    if (ok) return true;
    await pause(50 * attempt);
  }
  return false;
}
