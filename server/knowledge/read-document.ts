/** One attempt at one document: fetch, read, split, compare with what was there, and let the bot find it. */
import { createHash } from 'node:crypto';
import { localeOf } from '../../bots/locale.ts';
import type { Hub } from '../hub.ts';
import { newId } from '../store/id.ts';
import { fetchAddress } from './fetch-address.ts';
import type { Fetched, Reach } from './fetch-address.ts';
import type { Reader } from './readers/read-apart.ts';
import { readPages } from './read-sitemap.ts';
import { compare } from './rules/diff.ts';
import { formatOf } from './rules/format.ts';
import type { Format, KnowledgeDocument, Passage, Split } from './schema.ts';
import type { Claimed, Settled } from './store.ts';
import { Trouble } from './trouble.ts';

/** Another worker, or a person, has the document now: nothing of this attempt may be kept. */
export class Taken extends Error {}

type Found = Omit<Settled, 'due'>;

/** Reads it once and gives back what is to be recorded. Throws Trouble, or Taken. */
export async function readDocument(hub: Hub, claimed: Claimed, reader: Reader, reach: Reach, stopping: AbortSignal): Promise<Found> {
  const { document } = claimed;
  const step = async (state: 'reading' | 'splitting') => { if (!await hub.store.documents.step(document.id, claimed.claim, state)) throw new Taken(); };
  const fetched = await bytesOf(hub, document, reach, stopping);
  await step('reading');
  if (document.kind === 'sitemap') {
    const { pages, added, removed } = await readPages(hub, document, fetched, reach, stopping);
    return { state: 'ready', format: 'sitemap', bytes: fetched.bytes.length, passages: 0, difference: { added, removed, changed: 0, same: pages - added }, readAt: hub.now() };
  }
  const format = formatOf(fetched.bytes.subarray(0, 4_096).toString('latin1'), nameOf(document, fetched), fetched.type);
  if (format === null) throw new Trouble('无法识别文件格式：请使用 PDF、DOCX、HTML、Markdown、CSV 或纯文本。', 'We do not know this format: use PDF, DOCX, HTML, Markdown, CSV or plain text.');
  if (format === 'sitemap') throw new Trouble('这是站点地图：请作为站点地图添加。', 'This is a site map: add it as one.');
  const found = await reader.read({ format, bytes: fetched.bytes, charset: /charset=["']?([\w-]+)/i.exec(fetched.type)?.[1] ?? '' });
  await step('splitting');
  return await keep(hub, claimed, found, format, fetched.bytes.length);
}

async function bytesOf(hub: Hub, { fileId, url }: KnowledgeDocument, reach: Reach, stopping: AbortSignal): Promise<Fetched> {
  if (url) return await fetchAddress(url, reach, stopping);
  const bytes = await hub.store.attachments.read(fileId ?? '').catch((cause: unknown) => { throw new Trouble('上传的文件已不存在：请重新上传。', 'The uploaded file is not there any more: upload it again.', { cause }); });
  return { bytes: Buffer.from(bytes), url: '', type: '' };
}

const nameOf = (document: KnowledgeDocument, { url }: Fetched): string => (document.kind === 'file' ? document.title : new URL(url).pathname);

async function keep(hub: Hub, { document, claim }: Claimed, { title: named, pieces }: Split, format: Format, bytes: number): Promise<Found> {
  const { documents } = hub.store;
  const fingerprint = createHash('sha256').update(JSON.stringify([named, pieces])).digest('hex');
  const title = document.kind === 'file' ? document.title : named.slice(0, 300) || document.title;
  const readAt = hub.now();
  if (document.version > 0 && document.fingerprint === fingerprint) return { state: 'ready', bytes, format, readAt };
  const before = await documents.passagesOf(document.id, document.version);
  const { ids, changes, same } = compare(before, pieces);
  const version = await documents.reserve(document.id, claim);
  if (version === null) throw new Taken();
  const whole = localeOf(pieces.map(({ text }) => text).join(' ').slice(0, 4_000), 'zh-CN');
  const passages = pieces.map((piece, ordinal): Passage => ({ ...piece, id: ids[ordinal] ?? newId(), documentId: document.id, ordinal, locale: localeOf(piece.text, whole) }));
  await documents.write(document.id, version, passages);
  await documents.note(document.id, version, readAt, changes);
  const count = (kind: 'added' | 'removed' | 'changed') => changes.filter((change) => change.kind === kind).length;
  const found: Found = {
    state: 'ready', title, version, fingerprint, format, bytes, characters: pieces.reduce((sum, { text }) => sum + text.length, 0), passages: passages.length,
    difference: { added: count('added'), removed: count('removed'), changed: count('changed'), same }, readAt, changedAt: readAt,
  };
  if (!await documents.settle(document.id, claim, { ...found, due: nextRead(document, readAt) })) {
    await documents.drop(document.id, version);
    throw new Taken();
  }
  await hub.edits.refresh([document.id]);
  await documents.keepOnly(document.id, version);
  return found;
}

const dayMs = 86_400_000;

/** When it is read again by itself. */
export const nextRead = ({ schedule }: Pick<KnowledgeDocument, 'schedule'>, now: Date): Date | null => (schedule === 'daily' ? new Date(now.getTime() + dayMs) : null);
