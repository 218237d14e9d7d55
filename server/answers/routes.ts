import { z } from 'zod';
import { localeOf } from '../../bots/locale.ts';
import { route } from '../http/route.ts';
import { Problem } from '../problem.ts';
import { AnswerInput, AnswerPatch, AnswersInput, AskInput } from './schema.ts';
import { ask } from './ask.ts';

const none = () => new Problem('not-found', 'There is no such answer.');
const Page = z.strictObject({ q: z.string().trim().max(200).default(''), cursor: z.string().regex(/^[0-9a-f]{24}$/, 'take it from `next` of the page before').optional(), limit: z.coerce.number().int().min(1).max(100).default(50) });

export const answerRoutes = [
  route('agent', {
    method: 'get', path: '/answers', summary: 'What the bot knows, newest first', query: Page,
    async run({ hub, query }) {
      const found = await hub.store.answers.list(query.q, query.cursor, query.limit + 1);
      const items = found.slice(0, query.limit);
      return { items, ...(found.length > query.limit ? { next: items.at(-1)?.id } : {}) };
    },
  }),
  route('supervisor', {
    method: 'post', path: '/answers', summary: 'Teach the bot an answer, or many at once as {answers: [...]}', body: z.union([AnswersInput, AnswerInput]), status: 201,
    async run({ hub, body }) {
      const many = 'answers' in body;
      const made = await hub.store.answers.create(many ? body.answers : [body], hub.now());
      hub.knowledge.put(made);
      return many ? { items: made } : made[0];
    },
  }),
  route('supervisor', {
    method: 'patch', path: '/answers/:id', summary: 'Change an answer', body: AnswerPatch,
    async run({ hub, params, body }) {
      const answer = await hub.store.answers.change(params['id'] ?? '', body, hub.now());
      if (!answer) throw none();
      hub.knowledge.put([answer]);
      return answer;
    },
  }),
  route('supervisor', {
    method: 'delete', path: '/answers/:id', summary: 'The bot forgets an answer',
    async run({ hub, params }) {
      if (!await hub.store.answers.remove(params['id'] ?? '')) throw none();
      hub.knowledge.remove(params['id'] ?? '');
    },
  }),
  route('agent', {
    method: 'post', path: '/answers/ask', summary: 'Try a question on the bot: its answer with sources, or why it would hand over', body: AskInput,
    run: ({ hub, body }) => ask(hub, body.question, body.locale ?? localeOf(body.question, 'zh-CN')),
  }),
];
