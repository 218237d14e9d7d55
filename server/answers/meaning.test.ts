/** One base by words and by meaning: the model behaves, misbehaves, is another, or is not there. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { embedder } from '../../bots/embeddings/embedder.ts';
import { startEmbeddings, type EmbeddingSimulator } from '../../test/simulators/embeddings.ts';
import { memoryStore } from '../embeddings/testing/memory-store.ts';
import { openVectors, type Vectors } from '../embeddings/vectors.ts';
import { meaningful, type Meaningful } from './meaning.ts';
import type { Indexed } from './schema.ts';

let simulator: EmbeddingSimulator;
let vectors: Vectors;
const log: { warn(...said: unknown[]): undefined; info(): undefined } = { warn: () => undefined, info: () => undefined };
const open = (store = memoryStore(), mostCompared?: number) => openVectors({ embedder: embedder({ url: simulator.url, model: 'simulated' }), store, now: () => new Date(), log, mostCompared });
/** Without the word by which an address is tried. */
const texts = () => simulator.heard.flatMap(one => one.texts).filter(text => text !== 'hello');
beforeEach(async () => {
  simulator = await startEmbeddings();
  simulator.mean('canoe', 'kayak', '独木舟');
  vectors = open();
});
afterEach(async () => {
  await vectors.stop();
  await simulator.stop();
});

const piece = (id: string, question: string, more: Partial<Indexed> = {}): Indexed => ({ id, question, variants: [], answer: `About ${id}: see the page.`, locale: 'en', ...more });
const subjects = ['invoices', 'delivery', 'coupons', 'warranty', 'opening hours', 'gift wrapping', 'newsletter', 'parking', 'spare parts', 'vouchers'];
const base = [piece('canoe', 'Where do I rent a canoe?', { variants: ['canoe hire'] }), ...subjects.map(subject => piece(subject, `${subject}?`, { variants: [`my ${subject}`] }))];
async function filled(pieces = base, of: Vectors | null = vectors): Promise<Meaningful> {
  const index = meaningful(of ?? undefined);
  for (const one of pieces) index.replace(one);
  await of?.settled();
  return index;
}
const search = (index: Meaningful, text: string, locale: Indexed['locale'] = 'en', allowed: (value: Indexed) => boolean = () => true) => index.search(text, locale, allowed, { patient: false });

test('what shares no word with the question is found by what it means, and offered', async () => {
  const [first] = await search(await filled(), 'kayak');
  expect(first).toMatchObject({ answerId: 'canoe', similarity: expect.any(Number) });
  expect(first?.confidence).toBeGreaterThan(0.35);
  expect((await search(await filled(base, null), 'kayak')).map(({ answerId }) => answerId)).not.toContain('canoe');
});

test('word for word stays as sure as it was; who may not hear it does not', async () => {
  const index = await filled();
  expect((await search(index, 'canoe hire'))[0]).toMatchObject({ answerId: 'canoe', confidence: 0.99 });
  expect((await search(index, 'kayak', 'en', ({ id }) => id !== 'canoe')).map(({ answerId }) => answerId)).not.toContain('canoe');
});

test('of a group the one in the language of who asks is found', async () => {
  const index = await filled([...base.map(one => (one.id === 'canoe' ? { ...one, group: 'boats' } : one)), piece('独木舟', '租船', { locale: 'zh-CN', group: 'boats', answer: '请看页面。' })]);
  expect((await search(index, 'kayak', 'zh-CN'))[0]).toMatchObject({ answerId: '独木舟' });
});

test('what words are sure of stays as it is, to the last digit', async () => {
  const [index, plain] = [await filled(), await filled(base, null)];
  for (const text of ['canoe hire', 'my coupons', 'parking?']) {
    const [[one], [other]] = [await search(index, text), await search(plain, text)];
    expect([one?.answerId, one?.confidence]).toEqual([other?.answerId, other?.confidence]);
  }
});

test.each(['hang', 'busy', 'broken', 'page', 'short', 'narrow', 'hostile', 'flood', 'elsewhere'] as const)('%s: words answer to the last digit as without a model, at once', async (mood) => {
  const [index, plain] = [await filled(), await filled(base, null)];
  expect((await search(index, 'kayak'))[0]?.similarity).toBeDefined();
  simulator.turn(mood);
  const waiting = { patient: false };
  const questions = ['Where are coupons of last year', 'parking, please', 'warranty'];
  for (const text of questions) expect(await index.search(text, 'en', () => true, waiting)).toEqual(await search(plain, text));
  // One wait in a turn, however much is looked for in it.
  expect(texts().filter(text => questions.includes(text))).toHaveLength(1);
});

test('until its texts are read a base is searched by words; a text that is refused holds up no other', async () => {
  simulator.turn('broken');
  const index = meaningful(vectors);
  for (const one of base) index.replace(one);
  expect((await search(index, 'kayak')).map(({ answerId }) => answerId)).not.toContain('canoe');
  simulator.refuse('About parking');
  simulator.turn('well');
  await vectors.settled();
  expect(simulator.heard.some(({ texts }) => texts.length === 1)).toBe(true);
  // One of 33 texts is more than a base may lack.
  index.remove('parking');
  expect((await search(index, 'kayak'))[0]).toMatchObject({ answerId: 'canoe' });
});

test('a text is read once however often it is written, and kept over a restart', async () => {
  const store = memoryStore();
  const first = open(store);
  await filled([...base, ...base.map(one => ({ ...one, id: `${one.id} again` }))], first);
  await first.stop();
  const read = texts();
  expect(new Set(read).size).toBe(read.length);
  const second = open(store);
  await filled(base, second);
  expect(texts()).toEqual(read);
  await second.stop();
});

test('a base that is changed while it is searched says nothing of what is gone', async () => {
  const index = await filled();
  const searching = search(index, 'kayak');
  index.remove('canoe');
  index.replace(piece('boat', 'kayak trips'));
  await searching;
  await vectors.settled();
  const found = await search(index, 'canoe');
  expect(found.map(({ answerId }) => answerId)).not.toContain('canoe');
  expect(found[0]?.answerId).toBe('boat');
});

test('what words are sure of is sent to nobody', async () => {
  const index = await filled();
  await search(index, 'kayak');
  const before = texts().length;
  expect((await search(index, 'my coupons'))[0]?.confidence).toBeGreaterThanOrEqual(0.75);
  expect(texts().length).toBe(before);
  await search(index, 'another kayak');
  expect(texts().slice(before)).toEqual(['another kayak']);
});

test('a turn waits for meaning once, however often it searches: for the address and for the comparing together', async () => {
  const waits: number[] = [];
  let slowMs = 0;
  let compared = 0;
  const watched: Vectors = {
    ...vectors,
    get version() { return vectors.version; },
    // A breath after every one.
    dimensions: () => vectors.dimensions() && 2_000_000,
    cosine(number, to) {
      compared++;
      for (const until = performance.now() + slowMs; performance.now() < until;) { /* a large base */ }
      return vectors.cosine(number, to);
    },
    async ask(text, asked) {
      waits.push(asked.waitMs);
      await new Promise(resolve => setTimeout(resolve, 60));
      return vectors.ask(text, { ...asked, waitMs: 5_000 });
    },
  };
  const index = await filled(base, watched);
  const turn = { patient: false };
  expect((await index.search('kayak', 'en', () => true, turn))[0]?.similarity).toBeDefined();
  await index.search('what is a kayak', 'en', () => true, turn);
  expect(waits[0]).toBeLessThanOrEqual(400);
  expect(waits[1]).toBeLessThanOrEqual(341);
  // All 33 would take more than a second and a half.
  [slowMs, compared] = [50, 0];
  expect(await index.search('kayak', 'en', () => true, { patient: false })).toEqual(await search(await filled(base, null), 'kayak'));
  expect(compared).toBeLessThan(12);
});

test('a base too large to be compared with every question is searched by words alone, which is said once', async () => {
  const said: string[] = [];
  const warn = log.warn;
  log.warn = (...args: unknown[]) => { said.push(String(args[1])); return undefined; };
  const few = open(memoryStore(), 64 * (3 * base.length - 1));
  try {
    const index = await filled(base, few);
    const before = texts().length;
    for (const text of ['kayak', 'a kayak']) expect(await search(index, text)).toEqual(await search(await filled(base, null), text));
    expect(texts().length).toBe(before);
    expect(said).toEqual([expect.stringContaining('words alone')]);
  } finally {
    log.warn = warn;
    await few.stop();
  }
});

test('an address that refuses everything for a while is asked little meanwhile, and loses no text', async () => {
  simulator.refuse('');
  const index = meaningful(vectors);
  for (const one of base) index.replace(one);
  await vi.waitFor(() => expect(simulator.heard.length).toBeGreaterThan(0));
  await new Promise(resolve => setTimeout(resolve, 300));
  expect(simulator.heard.length).toBeLessThan(12);
  simulator.refuse();
  await vectors.settled();
  expect((await search(index, 'kayak'))[0]).toMatchObject({ answerId: 'canoe', similarity: expect.any(Number) });
  expect(new Set(texts().filter(text => text !== 'kayak')).size).toBe(3 * base.length);
});

test('how many texts an address takes at once is found out once', async () => {
  simulator.limit(5);
  await filled();
  const before = simulator.heard.length;
  await filled(base.map(one => ({ ...one, id: `${one.id} 2`, question: `${one.question} two`, variants: [], answer: `${one.answer} Two.` })));
  const later = simulator.heard.slice(before).map(one => one.texts.length);
  expect(Math.max(...later)).toBeLessThanOrEqual(5);
  expect(later.length).toBeLessThanOrEqual(6);
});

test('a customer waits for their own time, even for what a trial has asked already', async () => {
  await filled();
  simulator.delay(900);
  const trial = vectors.ask('kayak', { waitMs: 5_000 });
  const since = performance.now();
  expect(await vectors.ask('kayak', { waitMs: 100 })).toBeUndefined();
  expect(performance.now() - since).toBeLessThan(700);
  expect(await trial).toBeDefined();
  expect(texts().filter(text => text === 'kayak')).toHaveLength(1);
});

test('another dimension under the same name: what was kept is left, and the base is read anew, after a restart and while it runs', async () => {
  const store = memoryStore();
  const first = open(store);
  await filled(base, first);
  await first.stop();
  simulator.turn('narrow');
  const second = open(store);
  try {
    const index = await filled(base, second);
    expect((await search(index, 'kayak'))[0]).toMatchObject({ answerId: 'canoe', similarity: expect.any(Number) });
    simulator.turn('well');
    expect((await search(index, 'a kayak'))[0]?.similarity).toBeUndefined();
    await second.settled();
    expect((await search(index, 'one kayak'))[0]).toMatchObject({ answerId: 'canoe', similarity: expect.any(Number) });
    // Both are kept: nothing was read a third time.
    expect(texts().filter(text => text === 'canoe hire')).toHaveLength(2);
  } finally {
    await second.stop();
  }
});

test('whether all is read by its meaning is known, in time or not', async () => {
  simulator.delay(300);
  const index = meaningful(vectors);
  for (const one of base) index.replace(one);
  expect(await index.meant(50)).toBe(false);
  simulator.delay(0);
  expect(await index.meant(10_000)).toBe(true);
  expect(await meaningful().meant(0)).toBe(true);
});
