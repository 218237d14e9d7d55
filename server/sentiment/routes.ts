import { conversation } from '../conversations/conversation.ts';
import { route } from '../http/route.ts';
import { classify } from './rules/classify.ts';
import { trendOf } from './rules/escalate.ts';
import { saidBy } from './watch.ts';

export const sentimentRoutes = [
  route('agent', {
    method: 'get', path: '/conversations/:id/sentiment', summary: 'How the customer felt in each message of the present episode, and where it goes: read off the words, without a model',
    async run({ hub, params }) {
      const said = await saidBy(hub, await conversation(hub, params['id'] ?? ''));
      return trendOf(said.map(({ seq, at, content }) => ({ seq, at, ...classify(content?.text ?? '') })));
    },
  }),
];
