/** Which tools a turn has: of the release it is served, or what people edit. */
import { expect, test } from 'vitest';
import { servedRelease } from '../answers/rules/served.ts';
import { pinned } from './rules/pinned.ts';
import type { PinnedTool, StoredTool } from './schema.ts';
import { openToolSets } from './served.ts';
import { cancelling, lookUp, stored } from './testing/stage.ts';

const host = 'https://shop.example';
const [look, cancel] = [stored(lookUp(host)), stored(cancelling(host))];
const kept = (tool: StoredTool, change: Partial<PinnedTool> = {}): PinnedTool => ({ ...pinned(tool, undefined), ...change });
const later = { 'zh-CN': '', en: 'It is {{status}}.' };

/** A hub that holds these tools now; `releases` by their number, null: from before tools were a part of them. */
function setsOf(live: StoredTool[], releases: Record<number, PinnedTool[] | null>) {
  const list = async () => live;
  const tools = async (release: number) => {
    const found = releases[release];
    if (found === undefined) throw new Error('there is no such release');
    return found;
  };
  return openToolSets({ botTools: { list, get: async id => live.find(each => each.id === id) ?? null, servers: async () => [], server: async () => null }, training: { releases: { tools } } });
}

test('a release from before tools were a part of them has those of today, for customers and for the gate', async () => {
  const sets = setsOf([look, { ...cancel, on: false }], { 1: null, 2: [] });
  expect((await sets.of(1)).map(({ id }) => id)).toEqual([look.id]);
  expect(await sets.pinned(1)).toEqual([kept(look)]);
  expect(await sets.pinned(1)).toEqual(await sets.pinned(null));
  expect([await sets.of(2), await sets.pinned(2)]).toEqual([[], []]);
});

test("the canary's share of conversations has the canary's tools, all others have the published ones", async () => {
  const pointer = { rev: 2, published: 1, canary: { release: 2, share: 0.3 } };
  const ids = Array.from({ length: 300 }, (_, at) => (0x655c0000 + at * 7).toString(16).padStart(24, '0'));
  const sets = setsOf([look, cancel], { 1: [kept(look)], 2: [kept(look, { say: later }), kept(cancel)] });
  const had = await Promise.all(ids.map(async (conversationId) => {
    const release = servedRelease(pointer, { conversationId, at: new Date(0) });
    return { release, tools: (await sets.of(release)).map(({ id, say }) => [id, say.en]) };
  }));
  for (const { release, tools } of had) expect(tools).toEqual(release === 2 ? [[look.id, later.en], [cancel.id, '']] : [[look.id, '']]);
  expect(Math.abs(had.filter(({ tools }) => tools.length === 2).length / ids.length - 0.3)).toBeLessThan(0.08);
});

test('a tool that is switched off is gone from the published release and from the canary, and back in both when it is on again', async () => {
  const live = { ...look };
  const sets = setsOf([live], { 1: [kept(look)], 2: [kept(look, { say: later })] });
  live.on = false;
  expect([await sets.of(1), await sets.of(2)]).toEqual([[], []]);
  live.on = true;
  expect((await Promise.all([sets.of(1), sets.of(2)])).map(([tool]) => tool?.say.en)).toEqual(['', later.en]);
});
