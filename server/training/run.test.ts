/** What a run is called when the model of meaning is not there. */
import { expect, test } from 'vitest';
import { lockOf } from './rules/gate.ts';
import { namedByMeaning } from './run.ts';
import type { Run } from './schema.ts';

const run: Run = { id: 'r', release: 2, against: 1, bot: 'b + m', cases: 'c', total: 1, startedAt: new Date(), beatAt: new Date(), state: 'done', tally: { done: 1, failed: 0, critical: 0, fixed: 0, broken: 0, unjudged: 0 }, by: { id: 'a', name: 'Ada' } };

async function named(meant: (release: number, asked: number) => boolean) {
  const renamed: string[] = [];
  let beats = 0;
  let asked = 0;
  const hub = {
    knowledge: { embeddings: 'm', meant: (release: number) => Promise.resolve(meant(release, asked++)) },
    bot: { name: 'b' }, now: () => new Date(), stopping: new AbortController().signal, log: { warn: () => undefined },
    store: { training: { runs: { advance: () => { beats++; return Promise.resolve(); }, rename: (_id: string, bot: string) => { renamed.push(bot); return Promise.resolve(); } } } },
  };
  return { run: await namedByMeaning(hub, run, { step: 1, most: 30 }), renamed, beats: () => beats };
}

test('a run whose releases are not read by their meaning in time is one of the bot without it, and opens no gate', async () => {
  const { run: judged, renamed, beats } = await named(release => release === 2);
  expect([judged.bot, renamed]).toEqual(['b', ['b']]);
  expect(beats()).toBeGreaterThan(0);
  expect(lockOf(judged, { cases: 'c', bot: 'b + m' })).toBe('bot-changed');
});

test('one that waited until they were is named with it', async () => {
  const { run: judged, renamed, beats } = await named((_release, asked) => asked >= 4);
  expect([judged.bot, renamed, beats()]).toEqual(['b + m', [], 2]);
  expect(lockOf(judged, { cases: 'c', bot: 'b + m' })).toBeNull();
});
