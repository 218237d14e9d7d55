import { stringify } from 'csv-stringify/sync';
import { route } from '../http/route.ts';
import { behind, reportOf } from './report.ts';
import { BehindQuery, counts, ReportQuery, times, type Figures } from './schema.ts';

const shares = ['serviceLevel', 'abandonRate', 'acceptRate', 'ronaRate', 'transferRate', 'reopenRate'] as const;
const spread = ['n', 'mean', 'p50', 'p90', 'p99', 'max'] as const;
const columns = ['key', 'label', ...counts, 'within', 'abandonedAfter', 'shortAbandoned', ...shares, ...times.flatMap(name => spread.map(part => (part === 'n' ? name : `${name} ${part} ms`)))];
const cells = (of: Figures & { key: string; label: string }) => [of.key, of.label, ...counts.map(name => of[name]), of.within, of.abandonedAfter, of.shortAbandoned, ...shares.map(name => of[name]), ...times.flatMap(name => spread.map(part => of[name][part]))];

/** What happened: for those who run the floor. */
export const reportRoutes = [
  route('supervisor', {
    method: 'get', path: '/reports', summary: 'Figures of queues, channels and agents, by time of a zone, beside the same length of time before; times in ms with percentiles', query: ReportQuery,
    run: ({ hub, query }) => reportOf(hub, query),
  }),
  route('supervisor', {
    method: 'get', path: '/reports/behind', summary: 'What one number counts, newest first, each with its conversation', query: BehindQuery,
    run: ({ hub, query }) => behind(hub, query),
  }),
  route('supervisor', {
    method: 'get', path: '/reports/export', summary: 'The same figures as a CSV file for Excel', query: ReportQuery,
    async run({ hub, query, response }) {
      const { groups, from, to } = await reportOf(hub, query);
      response.attachment(`report-${query.by}-${from.toISOString().slice(0, 10)}-${to.toISOString().slice(0, 10)}.csv`).type('text/csv; charset=utf-8');
      // A name that begins like a formula must not run on the reader's machine.
      response.send(`\uFEFF${stringify([columns, ...groups.map(cells)], { record_delimiter: '\r\n', escape_formulas: true })}`);
    },
  }),
];
