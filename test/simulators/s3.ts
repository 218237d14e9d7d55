/** A bucket in memory that speaks as much S3 as we do, and checks the signatures by itself. */
import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { misbehaviour } from './misbehaviour.ts';
import type { Order } from './misbehaviour.ts';

const accessKeyId = 'hubbub';
const secretAccessKey = 'not a secret at all';

/** Starts it on loopback. */
export async function startS3Simulator() {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Map<number, Buffer>>();
  const moods = misbehaviour(3);
  const refused: string[] = [];
  let count = 0;

  function genuine(request: IncomingMessage, body: Buffer): boolean {
    const [, day = '', region = '', names = '', signature = ''] = /^AWS4-HMAC-SHA256 Credential=hubbub\/(\d{8})\/([\w-]+)\/s3\/aws4_request,SignedHeaders=([\w;-]+),Signature=([0-9a-f]{64})$/.exec(request.headers.authorization ?? '') ?? [];
    const [path = '', search = ''] = (request.url ?? '').split('?');
    const canonical = `${request.method}\n${path}\n${search.split('&').filter(Boolean).sort().join('&')}\n${names.split(';').map((name) => `${name}:${String(request.headers[name])}\n`).join('')}\n${names}\n${createHash('sha256').update(body).digest('hex')}`;
    const sign = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
    const key = sign(sign(sign(sign(`AWS4${secretAccessKey}`, day), region), 's3'), 'aws4_request');
    return sign(key, `AWS4-HMAC-SHA256\n${String(request.headers['x-amz-date'])}\n${day}/${region}/s3/aws4_request\n${createHash('sha256').update(canonical).digest('hex')}`).toString('hex') === signature && names.includes('host');
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(Buffer.from(part));
    const body = Buffer.concat(parts);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://s3');
    const fate = moods.fate();
    if (fate === 'cut') return void request.socket.destroy();
    if (fate === 'failing') return void response.writeHead(500).end();
    if (!genuine(request, body)) {
      refused.push(`${request.method} ${request.url}`);
      return void response.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>');
    }
    const uploadId = searchParams.get('uploadId') ?? '';
    const upload = uploads.get(uploadId);
    if (uploadId && !upload) return void response.writeHead(404).end('<Error><Code>NoSuchUpload</Code></Error>');
    switch (request.method) {
      case 'POST':
        if (searchParams.has('uploads')) {
          uploads.set(`upload-${count += 1}`, new Map());
          return void response.end(`<InitiateMultipartUploadResult><UploadId>upload-${count}</UploadId></InitiateMultipartUploadResult>`);
        }
        if (upload && [...upload].slice(0, -1).some(([, part]) => part.length < 5 * 1024 * 1024)) return void response.end('<Error><Code>EntityTooSmall</Code></Error>');
        objects.set(pathname, Buffer.concat([...upload ?? []].sort(([a], [b]) => a - b).map(([, part]) => part)));
        uploads.delete(uploadId);
        return void response.end('<CompleteMultipartUploadResult/>');
      case 'PUT':
        if (upload) upload.set(Number(searchParams.get('partNumber')), body);
        else objects.set(pathname, body);
        return void response.setHeader('etag', `"${createHash('md5').update(body).digest('hex')}"`).end();
      case 'DELETE':
        if (upload) uploads.delete(uploadId);
        else objects.delete(pathname);
        return void response.writeHead(204).end();
      default: {
        const object = objects.get(pathname);
        if (!object) return void response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
        const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
        return void response.writeHead(from ? 206 : 200).end(from ? object.subarray(Number(from), Number(to) + 1) : object);
      }
    }
  }

  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  return {
    place: { endpoint: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, bucket: 'files', region: 'eu-1', accessKeyId, secretAccessKey },
    objects, uploads, refused,
    order: (next: Partial<Order>): void => moods.order(next),
    async close(): Promise<void> { server.closeAllConnections(); await new Promise<void>((ready) => server.close(() => ready())); },
  };
}
