import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Used } from '../spend.ts';
import { startEmbeddings, type EmbeddingSimulator } from '../../test/simulators/embeddings.ts';
import { embedder, EmbeddingError } from './embedder.ts';

let simulator: EmbeddingSimulator;
beforeAll(async () => { simulator = await startEmbeddings({ key: 'sk-1' }); });
afterAll(async () => simulator?.stop());
afterEach(() => { simulator.turn('well'); simulator.delay(0); });

const stopping = new AbortController().signal;
const model = () => embedder({ url: `${simulator.url}/`, key: 'sk-1', model: 'simulated' });
function account(left = true) {
  const booked: Used[] = [];
  return { booked, spend: { left: () => Promise.resolve(left), book: (used: Used) => void booked.push(used) } };
}

test('a vector for each text, in order, and what the address counted is booked', async () => {
  const { booked, spend } = account();
  const [one, two, again] = await model().embed(['refund', 'card', 'refund'], { stopping, waitMs: 2_000, urgent: false, spend });
  expect([one?.length, two?.length]).toEqual([64, 64]);
  expect(again).toEqual(one);
  expect(two).not.toEqual(one);
  expect(booked).toEqual([{ model: 'simulated', input: simulator.heard.at(-1)?.tokens, output: 0 }]);
});

test('who somebody is does not leave the house', () => {
  const shown = model().shown('I am   jane@example.com, 13800138000, card 4111 1111 1111 1111, password: hunter22');
  for (const personal of ['jane', '13800138000', '4111', 'hunter22']) expect(shown).not.toContain(personal);
  expect(model().shown('x'.repeat(1e6)).length).toBeLessThanOrEqual(500);
});

test.each(['busy', 'broken', 'page', 'short', 'hostile', 'flood', 'elsewhere'] as const)('%s is an error, soon, and never a vector', async (mood) => {
  simulator.turn(mood);
  const since = performance.now();
  await expect(model().embed(['refund', 'card'], { stopping, waitMs: 1_500, urgent: false })).rejects.toThrow();
  expect(performance.now() - since).toBeLessThan(1_400);
});

test('an address that is silent or slow is waited for no longer than was said; what it was asked is booked', async () => {
  for (const make of [() => simulator.turn('hang'), () => simulator.delay(3_000)]) {
    make();
    const { booked, spend } = account();
    const since = performance.now();
    await expect(model().embed(['how long does a refund take'], { stopping, waitMs: 150, urgent: true, spend })).rejects.toThrow();
    expect(performance.now() - since).toBeLessThan(1_000);
    expect(booked).toEqual([{ model: 'simulated', input: 9, output: 0 }]);
    simulator.turn('well');
  }
});

test('while it is down nobody waits for it', async () => {
  const one = model();
  simulator.turn('broken');
  for (let i = 0; i < 5; i++) await one.embed(['a'], { stopping, waitMs: 500, urgent: true }).catch(() => undefined);
  simulator.turn('well');
  const before = simulator.heard.length;
  await expect(one.embed(['a'], { stopping, waitMs: 500, urgent: true })).rejects.toThrow('left alone');
  expect(simulator.heard.length).toBe(before);
  // What is made in the background has its own pauses.
  expect(await one.embed(['a'], { stopping, waitMs: 500, urgent: false })).toHaveLength(1);
});

test('a spent budget asks nobody; a refused text is told apart from a refused key', async () => {
  const before = simulator.heard.length;
  await expect(model().embed(['a'], { stopping, waitMs: 500, urgent: true, spend: account(false).spend })).rejects.toThrow('budget');
  expect(simulator.heard.length).toBe(before);
  simulator.refuse('too long');
  await expect(model().embed(['this is too long'], { stopping, waitMs: 500, urgent: false })).rejects.toMatchObject({ refused: true });
  const error = await embedder({ url: simulator.url, key: 'wrong', model: 'simulated' }).embed(['a'], { stopping, waitMs: 500, urgent: false }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EmbeddingError);
  expect(error).toMatchObject({ refused: false });
});

test('another dimension than was said is an error, of which many are a reason to leave the address alone', async () => {
  const one = model();
  simulator.turn('narrow');
  for (let i = 0; i < 5; i++) await expect(one.embed(['a'], { stopping, waitMs: 2_000, urgent: true, dimension: 64 })).rejects.toThrow(i < 4 ? 'dimension' : 'left alone');
});
