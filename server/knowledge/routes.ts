import { z } from 'zod';
import { route } from '../http/route.ts';
import { inOrder, order } from '../answers/schema.ts';
import { Problem } from '../problem.ts';
import { forget } from './forget.ts';
import { nextRead } from './read-document.ts';
import { DocumentInput, DocumentPatch, DocumentState } from './schema.ts';

const none = () => new Problem('not-found', { 'zh-CN': '没有这个文档。', en: 'There is no such document.' });
const Name = z.strictObject({ name: z.string().min(1, 'name the file').max(255) });
const id = z.string().regex(/^[0-9a-f]{24}$/, 'an id is 24 hex digits');
const Page = z.strictObject({ q: z.string().trim().max(200).default(''), state: DocumentState.optional(), parentId: id.optional(), cursor: id.optional(), limit: z.coerce.number().int().min(1).max(100).default(50) });
const Passages = z.strictObject({ cursor: z.coerce.number().int().min(0).optional(), limit: z.coerce.number().int().min(1).max(100).default(50) });

export const knowledgeRoutes = [
  route('agent', {
    method: 'get', path: '/documents', summary: 'What the bot reads, newest first, each with its state; with parentId the pages of a site map', query: Page,
    async run({ hub, query }) {
      const found = await hub.store.documents.list({ parentId: query.parentId ?? null, state: query.state, q: query.q, after: query.cursor, limit: query.limit + 1 });
      const items = found.slice(0, query.limit);
      const pages = await hub.store.documents.counts(items.filter(({ kind }) => kind === 'sitemap').map((document) => document.id));
      return { items: items.map((document) => ({ ...document, ...(document.kind === 'sitemap' ? { pages: pages.get(document.id) ?? { ready: 0, failed: 0, working: 0, passages: 0 } } : {}) })), ...(found.length > query.limit ? { next: items.at(-1)?.id } : {}) };
    },
  }),
  route('supervisor', {
    method: 'post', path: '/documents', summary: 'Read a page, or all pages of a site map', body: DocumentInput, status: 201,
    async run({ hub, body }) {
      const url = new URL(body.url);
      url.hash = '';
      const made = await hub.store.documents.create({ ...body, url: url.href, title: url.href }, hub.now());
      if (!made) throw new Problem('conflict', { 'zh-CN': '该地址已经添加过了。', en: 'This address is here already.' }, { url: 'is here already' });
      return made;
    },
  }),
  route('supervisor', {
    method: 'post', path: '/documents/upload', summary: 'Read a file: the raw bytes are the body', query: Name, status: 201,
    async run({ hub, caller, query, request }) {
      const file = await hub.store.attachments.put(request, { name: query.name, owner: { kind: 'agent', id: caller.id } });
      return await hub.store.documents.create({ kind: 'file', title: file.name, fileId: file.id, schedule: 'never' }, hub.now());
    },
  }),
  route('agent', {
    method: 'get', path: '/documents/:id', summary: 'One document: state, counts, and what its last change changed',
    async run({ hub, params }) {
      const document = await hub.store.documents.get(params['id'] ?? '');
      if (!document) throw none();
      const [changes, pages] = await Promise.all([hub.store.documents.changesOf(document.id, document.version), hub.store.documents.counts([document.id])]);
      // Of a first version everything is new: nothing to show.
      return { ...document, ...(changes && document.version > 1 ? { changes } : {}), ...(document.kind === 'sitemap' ? { pages: pages.get(document.id) ?? { ready: 0, failed: 0, working: 0, passages: 0 } } : {}) };
    },
  }),
  route('agent', {
    method: 'get', path: '/documents/:id/passages', summary: 'Its passages in order; cursor is the ordinal of the last one seen', query: Passages,
    async run({ hub, params, query }) {
      const document = await hub.store.documents.get(params['id'] ?? '');
      if (!document) throw none();
      const found = await hub.store.documents.passagesOf(document.id, document.version, query.cursor ?? -1, query.limit + 1);
      const items = found.slice(0, query.limit);
      return { items, ...(found.length > query.limit ? { next: String(items.at(-1)?.ordinal) } : {}) };
    },
  }),
  route('supervisor', {
    method: 'patch', path: '/documents/:id', summary: 'Change how often it is read again, what it is about, when and for whom it holds', body: DocumentPatch,
    async run({ hub, params, body }) {
      const current = await hub.store.documents.get(params['id'] ?? '');
      if (!current) throw none();
      if (body.schedule === 'daily' && current.kind === 'file') throw new Problem('invalid', { 'zh-CN': '上传的文件不会自己变化：只有网页可以每天读取。', en: 'A file does not change by itself: only pages can be read daily.' }, { schedule: 'is for pages' });
      const { schedule, ...limits } = body;
      if (!inOrder({ ...current, ...limits })) throw new Problem('invalid', 'The request body is not valid.', { validUntil: order.error });
      if (Object.keys(limits).length > 0) {
        await hub.store.documents.limit(current.id, limits);
        await hub.edits.refresh([current.id]);
      }
      const changed = schedule ? await hub.store.documents.reschedule(current.id, schedule, nextRead({ schedule }, hub.now())) : await hub.store.documents.get(current.id);
      if (!changed) throw none();
      return changed;
    },
  }),
  route('supervisor', {
    method: 'post', path: '/documents/:id/read', summary: 'Read it again now', status: 202,
    async run({ hub, params }) {
      const queued = await hub.store.documents.queue(params['id'] ?? '', hub.now());
      if (!queued) throw none();
      return queued;
    },
  }),
  route('supervisor', {
    method: 'put', path: '/documents/:id/file', summary: 'A new version of an uploaded file: the raw bytes are the body', query: Name, status: 202,
    async run({ hub, params, caller, query, request }) {
      const document = await hub.store.documents.get(params['id'] ?? '');
      if (!document) throw none();
      if (document.kind !== 'file') throw new Problem('invalid', { 'zh-CN': '此文档来自网页，不能用文件替换。', en: 'This document comes from a page; no file can take its place.' });
      const file = await hub.store.attachments.put(request, { name: query.name, owner: { kind: 'agent', id: caller.id } });
      const queued = await hub.store.documents.queue(document.id, hub.now(), { fileId: file.id, title: file.name });
      if (!queued) throw none();
      if (document.fileId) await hub.store.attachments.remove(document.fileId).catch((error: unknown) => hub.log.warn({ err: error }, 'the file before could not be removed'));
      return queued;
    },
  }),
  route('supervisor', {
    method: 'delete', path: '/documents/:id', summary: 'The bot forgets a document, or a site map with its pages',
    async run({ hub, params }) { if (!await forget(hub, params['id'] ?? '')) throw none(); },
  }),
];
