import { route } from '../http/route.ts';
import { Problem } from '../problem.ts';
import { addVariants, detail, makeAnswer } from './answer.ts';
import { AsVariant, ListQuery, NewAnswer, SuggestionQuery } from './schema.ts';
import { accept, dismiss } from './suggest.ts';

const mustBe = async (found: Promise<object | null>) => {
  if (!await found) throw new Problem('not-found', 'There is no such cluster of questions.');
};

export const unansweredRoutes = [
  route('agent', { method: 'get', path: '/unanswered', summary: 'Questions the bot could not answer, alike ones together, the costliest or most frequent first', query: ListQuery, run: async ({ hub, query }) => ({ items: await hub.store.unanswered.list(query) }) }),
  route('agent', { method: 'get', path: '/unanswered/replies', summary: 'Good replies of colleagues to what never came to the bot, those said most first', query: SuggestionQuery, run: async ({ hub, query }) => ({ items: await hub.store.unanswered.suggestions.pending(query.limit) }) }),
  route('supervisor', { method: 'post', path: '/unanswered/replies/:id/answer', summary: 'Make an answer of a reply, as it is worded here', body: NewAnswer, status: 201, run: ({ hub, params, body }) => accept(hub, params['id'] ?? '', body) }),
  route('supervisor', { method: 'post', path: '/unanswered/replies/:id/dismiss', summary: 'Set a reply aside; likes of it are not proposed again', run: ({ hub, params }) => dismiss(hub, params['id'] ?? '') }),
  route('agent', { method: 'get', path: '/unanswered/:id', summary: 'The questions of a cluster, colleagues\' replies that could be the answer, and the nearest answers', run: ({ hub, params }) => detail(hub, params['id'] ?? '') }),
  route('supervisor', { method: 'post', path: '/unanswered/:id/answer', summary: 'Make an answer for a cluster; its questions are asked again, before and after', body: NewAnswer, run: ({ hub, params, body }) => makeAnswer(hub, params['id'] ?? '', body) }),
  route('supervisor', { method: 'post', path: '/unanswered/:id/variant', summary: 'Make a cluster\'s questions other ways to ask for an answer; they are asked again, before and after', body: AsVariant, run: ({ hub, params, body }) => addVariants(hub, params['id'] ?? '', body) }),
  route('supervisor', {
    method: 'post', path: '/unanswered/:id/dismiss', summary: 'Set a cluster aside; it is kept',
    async run({ hub, params, caller }) {
      await mustBe(hub.store.unanswered.cluster(params['id'] ?? ''));
      await hub.store.unanswered.dismiss(params['id'] ?? '', { kind: caller.kind === 'person' ? 'agent' : 'program', id: caller.id }, hub.now());
    },
  }),
  route('supervisor', { method: 'post', path: '/unanswered/:id/restore', summary: 'Take a cluster up again', run: ({ hub, params }) => hub.store.unanswered.restore(params['id'] ?? '') }),
];
