/** Search by meaning on real nodes: vectors made once and kept over nodes and restarts, paid for, and forgotten with their texts. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { embedder } from '../../bots/embeddings/embedder.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { startEmbeddings, type EmbeddingSimulator } from '../../test/simulators/embeddings.ts';
import { askWhy } from '../answers/ask.ts';
import { teach } from '../answers/teach.ts';

const { uri } = testMongod('embeddings');
let simulator: EmbeddingSimulator;
let plain: Node;
let one: Node;
let two: Node;

const subjects = ['invoices', 'delivery', 'coupons', 'warranty', 'returns desk', 'opening hours', 'gift wrapping', 'newsletter', 'parking', 'spare parts'];
const knowledge = [
  { question: 'Where do I rent a canoe?', variants: ['canoe hire'], answer: 'At the boat house, from 9.' },
  ...subjects.map(subject => ({ question: `Where do I find ${subject}?`, variants: [`Tell me about ${subject}`], answer: `All about ${subject} is on the page ${subject}.` })),
];
const asked = 'Kayaks';
const startOne = () => startNode(uri, { embedder: embedder({ url: simulator.url, model: 'simulated/1.5' }) });
const why = (node: Node, question = asked) => askWhy(node.hub, [{ from: 'contact', text: question }], 'en');
const found = async (node: Node, question = asked) => (await node.hub.knowledge.tools({ at: new Date() }).search(question, 'en'));
/** Without the word by which an address is tried. */
const sent = () => simulator.heard.flatMap(({ texts }) => texts).filter(text => text !== 'hello');
const stored = () => one.db.collection('embeddings').countDocuments({ vector: { $exists: true } });

beforeAll(async () => {
  simulator = await startEmbeddings();
  simulator.mean('canoe', 'kayak');
  plain = await startNode(uri);
  [one, two] = await Promise.all([startOne(), startOne()]);
  await teach(one.hub, knowledge.map(each => ({ ...each, locale: 'en', topics: [] })));
});
afterAll(async () => {
  await Promise.all([plain?.stop(), one?.stop(), two?.stop()]);
  await simulator?.stop();
});

test('each text is read once, by whichever node; then both find what shares no word with the question', async () => {
  await eventually(async () => ((await found(two))[0]?.similarity ? true : undefined));
  await eventually(async () => ((await found(one))[0]?.similarity ? true : undefined));
  const texts = sent().filter(text => !text.startsWith('Kayak'));
  expect(texts.length).toBe(3 * knowledge.length);
  expect(new Set(texts).size).toBe(texts.length);
  expect(await stored()).toBe(texts.length);
  expect((await found(plain)).find(({ question }) => question.includes('canoe'))).toBeUndefined();
  for (const node of [one, two]) expect((await found(node))[0]).toMatchObject({ answer: 'At the boat house, from 9.', similarity: expect.any(Number) });
  const { trace } = await why(one);
  expect(trace).toMatchObject({ embeddings: 'simulated/1.5', models: [] });
  expect(trace.searches[0]?.found[0]).toMatchObject({ title: 'Where do I rent a canoe?', kind: 'answer', similarity: expect.any(Number) });
  expect((await why(plain)).trace).not.toHaveProperty('embeddings');
});

test('a restart reads nothing again; a question is asked once; both are paid for by those they are for', async () => {
  const before = sent().length;
  const three = await startOne();
  try {
    await eventually(async () => ((await found(three))[0]?.similarity ? true : undefined));
    await found(three);
    expect(sent().slice(before)).toEqual([asked]);
    await why(three, 'Kayak for 13800138000');
    expect(sent().at(-1)).not.toContain('138');
    await three.hub.spend.settled();
    const day = (await three.hub.spend.today()).day;
    const uses = await three.hub.store.spend.between(day, day);
    expect(uses.map(({ purpose, model }) => `${purpose} ${model}`).toSorted()).toEqual(['knowledge simulated/1.5', 'trial simulated/1.5']);
    expect(uses.find(({ purpose }) => purpose === 'knowledge')?.input).toBeGreaterThan(100);
  } finally {
    await three.stop();
  }
});

test('what is written later is read while others ask; what nobody knows any more is forgotten', async () => {
  simulator.mean('wheelchair', 'step-free');
  const [made] = await teach(one.hub, [{ question: 'Step-free access?', variants: [], answer: 'There is a ramp at the side.', locale: 'en', topics: [] }]);
  await eventually(async () => ((await found(two, 'Wheelchair'))[0]?.answer.startsWith('There is a ramp') ? true : undefined));
  const kept = await stored();
  const soon = new Date(Date.now() + 60_000);
  if (made) await one.hub.store.answers.remove(made.id);
  await one.hub.knowledge.remove([made?.id ?? '']);
  await eventually(async () => ((await found(two, 'Wheelchair'))[0]?.answer.startsWith('There is a ramp') ? undefined : true));
  const hashes = (await one.db.collection('embeddings').find().sort({ usedAt: 1 }).toArray()).map(({ _id }) => String(_id).slice('simulated/1.5/64/'.length));
  await one.hub.store.embeddings.touch('simulated/1.5/64', hashes.slice(0, -2), soon);
  expect(await one.hub.store.embeddings.sweep(soon)).toBe(2);
  expect(await stored()).toBe(kept - 2);
});
