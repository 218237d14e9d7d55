import { conversation } from '../conversations/conversation.ts';
import { route } from '../http/route.ts';
import { trendIn } from './watch.ts';

export const sentimentRoutes = [
  route('agent', {
    method: 'get', path: '/conversations/:id/sentiment', summary: 'How the customer felt in each message of the present episode, and where it goes: read off the words, without a model',
    run: async ({ hub, params }) => trendIn(hub, await conversation(hub, params['id'] ?? '')),
  }),
];
