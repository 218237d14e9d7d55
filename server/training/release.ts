/** Making releases and looking at them. */
import type { Indexed } from '../answers/schema.ts';
import { conductChanges } from '../bot-conduct/rules/changes.ts';
import { Conduct } from '../bot-conduct/schema.ts';
import type { ConductChange } from '../bot-conduct/schema.ts';
import { toolChanges } from '../bot-tools/rules/changes.ts';
import type { ToolChange } from '../bot-tools/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { previous } from './publish.ts';
import { diffOf } from './rules/compare.ts';
import { lockOf } from './rules/gate.ts';
import { botToday, casesToday, startRun } from './run.ts';
import type { Diff, Release, Run } from './schema.ts';
import { digestOfRelease, pieceOf, versionOf } from './version.ts';

/** Keeps what people edit as a candidate and runs the cases on it. */
export async function makeCandidate(hub: Hub, note: string, by: Release['by']): Promise<{ release: Release; run: Run }> {
  const { releases } = hub.store.training;
  // What another node stored a moment ago belongs to it.
  await hub.edits.caughtUp();
  const draft = hub.knowledge.draft();
  const conduct = (await hub.store.conduct.last())?.kept ?? Conduct.parse({});
  const tools = await hub.botTools.pinned(null);
  const [last] = await releases.list(undefined, 1);
  if (last && last.digest === digestOfRelease(draft.map(versionOf).toSorted(), conduct, tools)) {
    throw new Problem('conflict', { 'zh-CN': `版本 ${last.number} 之后没有改动。`, en: `Nothing was changed since release ${last.number}.` });
  }
  const release = await releases.create(draft, { conduct, tools }, { at: hub.now(), by, note });
  return { release, run: await startRun(hub, release.number, by) };
}

type Side = { names: Set<string>; read(names: string[]): Promise<Indexed[]> };

async function sideOf(hub: Hub, which: number | null): Promise<Side> {
  const { releases } = hub.store.training;
  if (which !== null) return { names: new Set(await releases.hashes(which)), read: names => collect(releases.byHash(names)) };
  const draft = new Map(hub.knowledge.draft().map(item => [versionOf(item), item]));
  return { names: new Set(draft.keys()), read: async names => names.flatMap((name) => { const item = draft.get(name); return item ? [pieceOf(item)] : []; }) };
}

const without = (names: Set<string>, others: Set<string>): string[] => [...names].filter(name => !others.has(name));

async function collect(pieces: AsyncIterable<Indexed>): Promise<Indexed[]> {
  const all: Indexed[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}

/** From a release to another; null is what people edit. Only what differs is read. */
export async function compare(hub: Hub, from: number | null, to: number | null): Promise<Diff & { conduct: ConductChange[]; tools: ToolChange[] }> {
  const [before, after, was, is, had, has] = await Promise.all([sideOf(hub, from), sideOf(hub, to), hub.conduct.of(from), hub.conduct.of(to), hub.botTools.pinned(from), hub.botTools.pinned(to)]);
  const [gone, come] = await Promise.all([before.read(without(before.names, after.names)), after.read(without(after.names, before.names))]);
  return { ...diffOf(gone, come), conduct: conductChanges(was, is), tools: toolChanges(had, has) };
}

/** A page of releases, newest first, each with its last run and whether the gate is open for it. */
export async function overview(hub: Hub, before: number | undefined, limit: number) {
  const { releases, runs } = hub.store.training;
  const found = await releases.list(before, limit + 1);
  const items = found.slice(0, limit);
  const [latest, cases, move, back] = await Promise.all([runs.latestOf(items.map(each => each.number), hub.now()), casesToday(hub), releases.lastMove(), previous(hub)]);
  return {
    pointer: move ?? { rev: 0, published: null, canary: null },
    /** Where a roll-back goes. */
    previous: back,
    items: items.map((release) => {
      const run = latest.get(release.number) ?? null;
      return { ...release, run, locked: lockOf(run, { cases, bot: botToday(hub) }) };
    }),
    ...(found.length > limit ? { next: String(items.at(-1)?.number) } : {}),
  };
}
