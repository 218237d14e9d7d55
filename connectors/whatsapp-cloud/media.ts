/** Files in two steps, both ways: in by id, then by an address that lives five minutes; out by upload, then by id. */
import { createHash } from 'node:crypto';
import { ConnectorError } from '../connector.ts';
import type { Attachment } from '../../server/conversations/schema.ts';
import { codeOf } from './errors.ts';
import { firstWords, number, words } from './fields.ts';
import type { Graph } from './graph.ts';
import { media } from './manifest.ts';
import { fileName, partsOf } from './media-names.ts';
import { plainType } from './render.ts';

/** What a customer may send is larger than what we may: documents of two gigabytes exist. */
const mostBytes = Math.max(...media.map(({ bytes }) => bytes));

/** Brings a file that Meta holds. 'rejected': it is gone for good, too large, or not Meta's. */
export async function bring(graph: Graph, phoneNumberId: string, ref: string): Promise<{ name: string; type: string; bytes: Uint8Array }> {
  const { id, name } = partsOf(ref);
  if (!/^[\w.:-]{1,200}$/.test(id)) throw new ConnectorError('rejected', { 'zh-CN': '这不是 WhatsApp 文件的编号', en: 'This is no reference to a file of WhatsApp' });
  // The address may expire between the two calls: then a fresh one is asked for, once.
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    const facts = await graph.get(id, { phone_number_id: phoneNumberId }).catch((error: unknown) => { throw gone(error); });
    const size = number(facts['file_size']);
    if (size !== undefined && size > mostBytes) throw new ConnectorError('rejected', { 'zh-CN': `文件超过 ${mostBytes} 字节`, en: `The file is larger than ${mostBytes} bytes` });
    const got = await graph.download(words(facts['url'], 4_000), mostBytes);
    if (!got) continue;
    const type = firstWords(facts['mime_type'], got.type).split(';')[0]?.trim().toLowerCase() || 'application/octet-stream';
    if (!isWhole(got.bytes, words(facts['sha256']))) throw new ConnectorError('unreachable', { 'zh-CN': '文件没有完整下载', en: 'The file did not arrive whole' });
    return { name: name || fileName('', 'file', type), type, bytes: got.bytes };
  }
  throw new ConnectorError('unreachable', { 'zh-CN': '文件地址在读取前过期', en: 'The address of the file expired before it could be read' });
}

/** 100: there is no such id (any more). Meta keeps what customers send for seven days. */
const gone = (error: unknown): unknown => (codeOf(error) === 100 || codeOf(error) === 131052
  ? new ConnectorError('rejected', { 'zh-CN': '文件已不在 WhatsApp 上', en: 'WhatsApp does not hold this file any more' }, { cause: error }) : error);

/** Meta writes the sum in hex here and in base64 there; without one there is nothing to compare. */
function isWhole(bytes: Uint8Array, sum: string): boolean {
  const told = sum.trim();
  if (!/^[0-9a-f]{64}$/i.test(told) && !/^[A-Za-z0-9+/_-]{43}=?$/.test(told)) return true;
  const own = createHash('sha256').update(bytes).digest();
  const theirs = Buffer.from(told, /^[0-9a-f]{64}$/i.test(told) ? 'hex' : 'base64');
  return own.equals(theirs);
}

/** Uploads a file of ours; Meta's id of it. */
export async function upload(graph: Graph, phoneNumberId: string, { name, type }: Attachment, bytes: Uint8Array): Promise<string> {
  const form = new FormData();
  form.set('messaging_product', 'whatsapp');
  form.set('type', plainType(type));
  form.set('file', new Blob([new Uint8Array(bytes)], { type: plainType(type) }), name);
  const answer = await graph.upload(`${phoneNumberId}/media`, form).catch((error: unknown) => { throw refused(error); });
  const id = firstWords(answer['id']);
  if (!id) throw new ConnectorError('unreachable', { 'zh-CN': 'WhatsApp 收下了文件，但没有给出编号', en: 'WhatsApp took the file but named no id' });
  return id;
}

/** An upload carries nothing but the file. */
const refused = (error: unknown): unknown => (error instanceof ConnectorError && error.kind === 'rejected' ? new ConnectorError('rejected', error.words, { cause: error.cause, because: 'file' }) : error);
