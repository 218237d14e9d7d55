import { stringify } from 'csv-stringify/sync';
import { route } from '../http/route.ts';
import { behind, numbersOf } from './report.ts';
import { BehindQuery, NumbersQuery } from './schema.ts';

const columns = ['key', 'label', 'episodes', 'due', 'handled', 'deflected', 'pending', 'met', 'handedOver', 'askedBack', 'reopened', 'replies', 'good', 'bad'] as const;

/** How the bot does: for those who are answerable for it. */
export const botNumberRoutes = [
  route('supervisor', {
    method: 'get', path: '/bot/numbers', summary: 'What the bot ended for good (nobody met a person for 72 h, on any channel), handed over and why, asked back, and how its replies are judged; by day, release, topic, channel, locale or queue, beside the time before', query: NumbersQuery,
    run: ({ hub, query }) => numbersOf(hub, query),
  }),
  route('supervisor', {
    method: 'get', path: '/bot/numbers/conversations', summary: 'The conversations behind a number, newest first', query: BehindQuery,
    run: ({ hub, query }) => behind(hub, query),
  }),
  route('supervisor', {
    method: 'get', path: '/bot/numbers/export', summary: 'The same numbers as a CSV file for Excel', query: NumbersQuery,
    async run({ hub, query, response }) {
      const { groups, from, to } = await numbersOf(hub, query);
      response.attachment(`bot-${query.by}-${from}-${to}.csv`).type('text/csv; charset=utf-8');
      // A label that begins like a formula must not run on the reader's machine.
      response.send(`\uFEFF${stringify([[...columns], ...groups.map(group => columns.map(column => group[column]))], { record_delimiter: '\r\n', escape_formulas: true })}`);
    },
  }),
];
