import { z } from 'zod';
import { route } from '../http/route.ts';
import type { Caller } from '../people/sign-in.ts';
import { Problem } from '../problem.ts';
import { citable } from './citable.ts';
import { exportCases, importCases } from './file.ts';
import { caseFromCluster } from './from-cluster.ts';
import { caseFromMessage } from './from-message.ts';
import { endCanary, publish, rollBack, tryOnSome } from './publish.ts';
import { compare, makeCandidate, overview } from './release.ts';
import { replay } from './replay.ts';
import { startRun } from './run.ts';
import { Canary, CaseInput, CasePatch, CitableQuery, FromCluster, Publish, ReleaseInput, RollBack, WrongMessage } from './schema.ts';

const number = z.coerce.number().int().min(1).max(1e9);
const CasePage = z.strictObject({ cursor: z.string().regex(/^[0-9a-f]{24}$/, 'take it from `next` of the page before').optional(), limit: z.coerce.number().int().min(1).max(200).default(50) });
const ReleasePage = z.strictObject({ cursor: number.optional(), limit: z.coerce.number().int().min(1).max(50).default(20) });
/** 'draft' is what people edit. */
const Side = z.union([z.literal('draft'), number]).default('draft');
const Sides = z.strictObject({ from: Side, to: Side });
/** The cursor is how many were seen. */
const ResultPage = z.strictObject({ cursor: z.coerce.number().int().min(0).default(0), limit: z.coerce.number().int().min(1).max(1_000).default(200) });
const shownInDiff = 200;

const noCase = () => new Problem('not-found', 'There is no such case.');
const byOf = ({ id, name }: Caller) => ({ id, name });
const sideOf = (side: 'draft' | number) => (side === 'draft' ? null : side);

function numberOf(params: Record<string, string>): number {
  const parsed = number.safeParse(params['number']);
  if (!parsed.success) throw new Problem('not-found', 'There is no such release.');
  return parsed.data;
}

/** Cases, releases, runs, and what customers are served. */
export const trainingRoutes = [
  route('supervisor', {
    method: 'get', path: '/regression-cases', summary: 'Regression cases, newest first', query: CasePage,
    async run({ hub, query }) {
      const found = await hub.store.training.cases.list(query.cursor, query.limit + 1);
      const items = found.slice(0, query.limit);
      return { items, total: await hub.store.training.cases.count(), ...(found.length > query.limit ? { next: items.at(-1)?.id } : {}) };
    },
  }),
  route('supervisor', { method: 'post', path: '/regression-cases', summary: 'Add a case: a question and what the bot\'s word must be like', body: CaseInput, status: 201, run: ({ hub, body, caller }) => hub.store.training.cases.create(body, byOf(caller), hub.now()) }),
  route('agent', { method: 'post', path: '/regression-cases/from-message', summary: 'A message was wrong: make a case of what was asked before it', body: WrongMessage, status: 201, run: ({ hub, body, caller }) => caseFromMessage(hub, body, byOf(caller)) }),
  route('supervisor', { method: 'post', path: '/regression-cases/from-cluster', summary: 'Guard the answer to a cluster of questions: one case, however often it is clicked', body: FromCluster, status: 201, run: ({ hub, body, caller }) => caseFromCluster(hub, body, byOf(caller)) }),
  route('supervisor', { method: 'get', path: '/regression-cases/sources', summary: 'Answers and passages a case may cite: by words, and by ids, separated by commas', query: CitableQuery, run: async ({ hub, query }) => ({ items: await citable(hub, query.q, query.ids) }) }),
  route('supervisor', {
    method: 'get', path: '/regression-cases/export', summary: 'All cases with what models said in their trials, as JSON lines',
    async run({ hub, response }) {
      response.attachment('cases.jsonl').type('application/jsonl; charset=utf-8');
      await exportCases(hub, response);
    },
  }),
  // What a model is said to have said opens the gate: so only who may publish brings it in.
  route('admin', { method: 'post', path: '/regression-cases/import', summary: 'Cases and recordings from such a file, which is the body; all or none', run: ({ hub, request, caller }) => importCases(hub, request, byOf(caller)) }),
  route('supervisor', {
    method: 'patch', path: '/regression-cases/:id', summary: 'Change a case', body: CasePatch,
    async run({ hub, params, body }) {
      const changed = await hub.store.training.cases.change(params['id'] ?? '', body, hub.now());
      if (!changed) throw noCase();
      return changed;
    },
  }),
  route('supervisor', { method: 'delete', path: '/regression-cases/:id', summary: 'Remove a case', async run({ hub, params }) { if (!await hub.store.training.cases.remove(params['id'] ?? '')) throw noCase(); } }),

  route('supervisor', { method: 'get', path: '/releases', summary: 'Releases, newest first, with their last run; which one customers are served', query: ReleasePage, run: ({ hub, query }) => overview(hub, query.cursor, query.limit) }),
  route('supervisor', { method: 'post', path: '/releases', summary: 'Keep what people edit as a candidate, and run the cases on it', body: ReleaseInput, status: 201, run: ({ hub, body, caller }) => makeCandidate(hub, body.note, byOf(caller)) }),
  route('supervisor', {
    method: 'get', path: '/releases/diff', summary: 'What changed between two releases; "draft" is what people edit now', query: Sides,
    async run({ hub, query }) {
      const { added, changed, removed, conduct, tools } = await compare(hub, sideOf(query.from), sideOf(query.to));
      return { counts: { added: added.length, changed: changed.length, removed: removed.length }, added: added.slice(0, shownInDiff), changed: changed.slice(0, shownInDiff), removed: removed.slice(0, shownInDiff), conduct, tools };
    },
  }),
  route('supervisor', { method: 'get', path: '/releases/moves', summary: 'Who published, tried and rolled back what, and when', run: async ({ hub }) => ({ items: await hub.store.training.releases.moves(100) }) }),
  route('supervisor', {
    method: 'get', path: '/releases/:number/run', summary: 'The last run of the cases on a release, case by case, what failed first', query: ResultPage,
    async run({ hub, params, query: { cursor, limit } }) {
      const run = await hub.store.training.runs.latest(numberOf(params), hub.now());
      if (!run) throw new Problem('not-found', 'The cases have not been run on this release.');
      const results = await hub.store.training.runs.results(run.id, limit + 1, cursor);
      return { ...run, results: results.slice(0, limit), ...(results.length > limit ? { next: String(cursor + limit) } : {}) };
    },
  }),
  route('supervisor', {
    method: 'post', path: '/releases/:number/run', summary: 'Run the cases on a release', status: 202, body: z.strictObject({}),
    async run({ hub, params, caller }) {
      const release = numberOf(params);
      if (!await hub.store.training.releases.get(release)) throw new Problem('not-found', 'There is no such release.');
      return startRun(hub, release, byOf(caller));
    },
  }),
  route('admin', { method: 'post', path: '/releases/:number/publish', summary: 'Serve a release to customers; refused while a critical case fails', body: Publish, run: ({ hub, params, body, caller }) => publish(hub, numberOf(params), body.rev, byOf(caller)) }),
  route('admin', { method: 'post', path: '/releases/:number/canary', summary: 'Serve a release to a share of the conversations', body: Canary, run: ({ hub, params, body, caller }) => tryOnSome(hub, numberOf(params), body, byOf(caller)) }),
  route('admin', { method: 'post', path: '/releases/end-canary', summary: 'Serve the published release to all again', body: Publish, run: ({ hub, body, caller }) => endCanary(hub, body.rev, byOf(caller)) }),
  route('admin', { method: 'post', path: '/releases/roll-back', summary: 'Back to the release published before, or to a named one', body: RollBack, run: ({ hub, body, caller }) => rollBack(hub, body, byOf(caller)) }),
  route('supervisor', {
    method: 'get', path: '/conversations/:id/replay', summary: 'What the bot would say to each question of a past conversation, on what people edit or on a release; nothing is sent', query: z.strictObject({ release: number.optional() }),
    run: async ({ hub, params, query }) => ({ items: await replay(hub, params['id'] ?? '', query.release) }),
  }),
];
