import { z } from 'zod';
import { localeOf } from '../../bots/locale.ts';
import { route } from '../http/route.ts';
import { Problem } from '../problem.ts';
import { AnswerInput, AnswerPatch, AnswersInput, AskInput, FileFormat, ImportOptions } from './schema.ts';
import { askWhy } from './ask.ts';
import { exportAnswers } from './export.ts';
import { importAnswers } from './import.ts';
import { placesOf } from './places.ts';
import { change, teach } from './teach.ts';

const none = () => new Problem('not-found', 'There is no such answer.');
const Page = z.strictObject({ q: z.string().trim().max(200).default(''), topic: z.string().trim().min(1).max(60).optional(), cursor: z.string().regex(/^[0-9a-f]{24}$/, 'take it from `next` of the page before').optional(), limit: z.coerce.number().int().min(1).max(100).default(50) });
const Places = z.strictObject({ ids: z.string().max(5_000).transform(ids => [...new Set(ids.split(','))]).pipe(z.array(z.string().regex(/^[\w./-]{1,200}$/, 'an id')).min(1).max(50, 'at most 50 ids')) });

export const answerRoutes = [
  route('agent', {
    method: 'get', path: '/answers', summary: 'What the bot knows, newest first', query: Page,
    async run({ hub, query }) {
      const found = await hub.store.answers.list(query.q, query.cursor, query.limit + 1, query.topic);
      const items = found.slice(0, query.limit);
      return { items, ...(found.length > query.limit ? { next: items.at(-1)?.id } : {}) };
    },
  }),
  route('supervisor', {
    method: 'post', path: '/answers', summary: 'Teach the bot an answer, or many at once as {answers: [...]}', body: z.union([AnswersInput, AnswerInput]), status: 201,
    async run({ hub, body }) {
      const many = 'answers' in body;
      const made = await teach(hub, many ? body.answers : [body]);
      return many ? { items: made } : made[0];
    },
  }),
  route('supervisor', {
    method: 'post', path: '/answers/import', summary: 'Learn answers from a CSV or JSONL file, which is the body: rows with a known id, or the question and language of an answer, change it. All or none; dryRun=true says what would happen and which rows are wrong', query: ImportOptions,
    run: ({ hub, query, request }) => importAnswers(hub, request, query),
  }),
  route('agent', {
    method: 'get', path: '/answers/export', summary: 'All answers as a CSV (for Excel) or JSONL file', query: z.strictObject({ format: FileFormat.default('csv') }),
    async run({ hub, query, response }) {
      response.attachment(`answers.${query.format}`).type(query.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8');
      await exportAnswers(hub, query.format, response);
    },
  }),
  route('agent', {
    method: 'get', path: '/answers/places', summary: 'Where pieces of knowledge stand and what they say: answers and passages by their ids, separated by commas', query: Places,
    run: async ({ hub, query }) => ({ items: await placesOf(hub, query.ids) }),
  }),
  route('agent', {
    method: 'get', path: '/answers/:id', summary: 'One answer',
    async run({ hub, params }) {
      const answer = await hub.store.answers.get(params['id'] ?? '');
      if (!answer) throw none();
      return answer;
    },
  }),
  route('supervisor', {
    method: 'patch', path: '/answers/:id', summary: 'Change an answer', body: AnswerPatch,
    async run({ hub, params, body }) {
      const answer = await change(hub, params['id'] ?? '', body);
      if (!answer) throw none();
      return answer;
    },
  }),
  route('supervisor', {
    method: 'delete', path: '/answers/:id', summary: 'The bot forgets an answer',
    async run({ hub, params }) {
      if (!await hub.store.answers.remove(params['id'] ?? '')) throw none();
      await hub.knowledge.remove([params['id'] ?? '']);
    },
  }),
  route('agent', {
    method: 'post', path: '/answers/ask', summary: 'Try a question or a conversation on the bot: its answer with sources or its hand-over, and why', body: AskInput,
    run: ({ hub, caller, body: { question, turns, locale, channelKind, identified, identity, facts, real = false, release } }) => {
      if (real && caller.role !== 'admin') throw new Problem('forbidden', { 'zh-CN': '只有管理员可以真实调用工具。', en: 'Only an admin may really call a tool.' });
      const said = turns ?? [{ from: 'contact' as const, text: question ?? '' }];
      const served = release === 'published' ? hub.knowledge.pointer().published ?? undefined : release;
      const proved = identity === undefined ? identified : identity !== 'anyone';
      const as = { ...(channelKind === undefined ? {} : { channelKind }), ...(proved === undefined ? {} : { identified: proved }), ...(served === undefined ? {} : { release: served }) };
      return askWhy(hub, said, locale ?? localeOf(said.at(-1)?.text ?? '', 'zh-CN'), as, { identity: identity ?? (identified === false || real ? 'anyone' : undefined), facts, ...(real ? { real: { kind: 'person', id: caller.id } } : {}) });
    },
  }),
];
