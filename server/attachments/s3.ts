/** An S3-compatible bucket for the bytes of files: four calls, signed with AWS Signature Version 4, path-style addresses. */
import { createHash, createHmac } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

/** Where, and as whom. `endpoint` without a path, e.g. https://s3.eu-central-1.amazonaws.com or http://minio:9000. */
export type S3Place = { endpoint: string; bucket: string; region: string; accessKeyId: string; secretAccessKey: string };

/** A bucket. Keys are ours: letters, digits and slashes. */
export type S3 = ReturnType<typeof s3>;

/** One upload: parts as they come, whole after `end`, nothing after `abort`. */
export type Upload = { write(part: Uint8Array): Promise<void>; end(): Promise<void>; abort(): Promise<void> };

/** The smallest part S3 takes is 5 MB. */
const partBytes = 8 * 1024 * 1024;
const tries = 4;

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const encoded = (text: string): string => encodeURIComponent(text).replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/** The headers of a signed call; `headers` are signed too. */
export function signS3(place: Pick<S3Place, 'region' | 'accessKeyId' | 'secretAccessKey'>, call: { method: string; url: URL; body: Uint8Array; headers?: Record<string, string> }, now: Date): Record<string, string> {
  const time = now.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const headers: Record<string, string> = { ...call.headers, host: call.url.host, 'x-amz-content-sha256': sha256(call.body), 'x-amz-date': time };
  const names = Object.keys(headers).map((name) => name.toLowerCase()).sort();
  const query = [...call.url.searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort().join('&');
  const canonical = [call.method, call.url.pathname, query, ...names.map((name) => `${name}:${headers[name]?.trim()}`), '', names.join(';'), headers['x-amz-content-sha256']].join('\n');
  const scope = `${day}/${place.region}/s3/aws4_request`;
  const key = ['s3', 'aws4_request'].reduce((from, step) => hmac(from, step), hmac(hmac(`AWS4${place.secretAccessKey}`, day), place.region));
  const signature = createHmac('sha256', key).update(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`).digest('hex');
  const { host: _host, ...sent } = headers;
  return { ...sent, authorization: `AWS4-HMAC-SHA256 Credential=${place.accessKeyId}/${scope},SignedHeaders=${names.join(';')},Signature=${signature}` };
}

/** Opens a bucket; nothing is asked yet. */
export function s3(place: S3Place) {
  /** Tries again where that can help; the answer's body is the caller's to read. */
  async function call(method: string, key: string, { query = {}, body = new Uint8Array(), headers = {} }: { query?: Record<string, string>; body?: Uint8Array; headers?: Record<string, string> } = {}): Promise<Response> {
    const url = new URL(`/${place.bucket}/${key}`, place.endpoint);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    for (let attempt = 1; ; attempt += 1) {
      // Until the answer begins: a large file may take as long as its reader does.
      const patience = new AbortController();
      const timer = setTimeout(() => patience.abort(), 60_000);
      const answer = await fetch(url, { method, headers: signS3(place, { method, url, body, headers }, new Date()), ...(method === 'PUT' || method === 'POST' ? { body: Buffer.from(body) } : {}), signal: patience.signal }).catch((error: unknown) => {
        if (attempt === tries) throw new Error('the file store cannot be reached', { cause: error });
        return null;
      }).finally(() => clearTimeout(timer));
      if (answer?.ok || (answer?.status === 404 && method === 'DELETE')) return answer;
      const said = (await answer?.text().catch(() => ''))?.slice(0, 300) ?? '';
      if (answer && answer.status < 500 && answer.status !== 429) throw new Error(`the file store refused ${method} (${answer.status}): ${/<Code>(\w+)<\/Code>/.exec(said)?.[1] ?? 'no reason given'}`);
      if (attempt === tries) throw new Error(`the file store failed (${answer?.status})`);
      await pause(100 * 2 ** attempt);
    }
  }
  const done = async (answer: Promise<Response>): Promise<void> => { await (await answer).arrayBuffer(); };

  return {
    upload(key: string): Upload {
      const tags: string[] = [];
      let waiting: Uint8Array[] = [];
      let size = 0;
      let uploadId = '';
      async function flush(): Promise<void> {
        if (uploadId === '') uploadId = /<UploadId>([^<]+)<\/UploadId>/.exec(await (await call('POST', key, { query: { uploads: '' } })).text())?.[1] ?? '';
        if (uploadId === '') throw new Error('the file store began no upload');
        const answer = await call('PUT', key, { query: { partNumber: String(tags.length + 1), uploadId }, body: Buffer.concat(waiting, size) });
        await answer.arrayBuffer();
        tags.push(answer.headers.get('etag') ?? '');
        [waiting, size] = [[], 0];
      }
      return {
        async write(part) {
          waiting.push(part);
          size += part.byteLength;
          if (size >= partBytes) await flush();
        },
        async end() {
          if (uploadId === '') return await done(call('PUT', key, { body: Buffer.concat(waiting, size) }));
          if (size > 0) await flush();
          const list = tags.map((tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${tag.replaceAll('"', '&quot;')}</ETag></Part>`).join('');
          const said = await (await call('POST', key, { query: { uploadId }, body: Buffer.from(`<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`) })).text();
          // S3 may say 200 and then that it failed.
          if (said.includes('<Error>')) throw new Error('the file store could not put the parts together');
        },
        async abort() {
          waiting = [];
          await done(uploadId === '' ? call('DELETE', key) : call('DELETE', key, { query: { uploadId } }));
        },
      };
    },
    /** The bytes as they come; the first byte is asked for at once, so what is missing throws here. */
    async open(key: string, range?: { start: number; end: number }): Promise<Readable> {
      const { body } = await call('GET', key, range ? { headers: { range: `bytes=${range.start}-${range.end}` } } : {});
      return body ? Readable.from(body) : Readable.from([]);
    },
    remove: (key: string): Promise<void> => done(call('DELETE', key)),
  };
}
