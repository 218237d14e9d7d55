/** Tools without a model: slots over several turns, corrections, consent, proof, and a shop that misbehaves. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { retrievalBot } from '../../bots/retrieval/retrieval.ts';
import { startShop, type Shop } from '../../test/simulators/shop.ts';
import { cancelling, lookUp, stage, stored, type Stage } from './testing/stage.ts';
import { pinned, usable } from './rules/pinned.ts';
import type { StoredTool, ToolDefinition, ToolInput } from './schema.ts';
import { asStored } from './trial.ts';
import type { Known } from './use.ts';

let shop: Shop;
beforeAll(async () => { shop = await startShop(); });
afterAll(() => shop.stop());
beforeEach(() => {
  shop.heard.length = 0;
  const order = shop.orders.get('A1023');
  if (order) order.status = 'shipped';
});

const li: Known[] = [{ kind: 'email', value: 'li@example.com', evidence: 'hmac' }];
const reachable = () => ({ privateHosts: ['127.0.0.1'] });
const talkOf = (definitions: ToolDefinition[], known = li) => stage(definitions.map(stored), known, reachable());
async function say(talk: Stage, ...texts: string[]) {
  for (const text of texts) talk.says(text);
  const outcome = await retrievalBot.answer(talk.turns(), { search: async () => [], ...talk.tools }, { locale: 'en' }, new AbortController().signal);
  talk.answers(outcome);
  return outcome;
}

test('asked for the number, the customer gives it, and hears where the order is', async () => {
  const talk = talkOf([lookUp(shop.url)]);
  expect(await say(talk, 'Hello', 'where is my order?')).toMatchObject({ text: 'What is your order number?', tool: { step: 'input', field: 'order_number' } });
  expect(await say(talk, 'it is a1023 I think')).toMatchObject({ text: 'Status: shipped\nExpected: 2026-11-25', sources: [{ id: 'tool:order_lookup' }], tool: { step: 'done' } });
  expect(shop.heard.map(({ path }) => path.toUpperCase())).toEqual(['/ORDERS/A1023']);
});

test('a number said at once is not asked for; a correction replaces it', async () => {
  const talk = talkOf([lookUp(shop.url)]);
  expect(await say(talk, '我的订单到哪了，A1023')).toMatchObject({ text: expect.stringContaining('shipped') });
  expect(await say(talk, 'no, A1024')).toMatchObject({ text: expect.stringContaining('being packed') });
});

test('what does not fit is asked again three times, then people; "cancel" and "human please" always work', async () => {
  const talk = talkOf([lookUp(shop.url)]);
  await say(talk, 'where is my order');
  for (const text of ['purple', 'I said purple', 'really']) await say(talk, text);
  expect(await say(talk, 'purple it is')).toMatchObject({ kind: 'hand-over', reason: 'low-confidence', summary: expect.stringContaining('Order status') });
  const other = talkOf([lookUp(shop.url)]);
  await say(other, 'where is my order');
  expect(await say(other, 'never mind')).toMatchObject({ tool: { step: 'dropped' } });
  await say(other, 'where is my order');
  expect(await say(other, 'human please')).toMatchObject({ kind: 'hand-over', reason: 'asked' });
  expect(shop.heard).toEqual([]);
});

test('something else is answered in between, and the question stays', async () => {
  const talk = talkOf([lookUp(shop.url)]);
  await say(talk, 'where is my order');
  talk.says('what does delivery cost');
  const search = async () => [{ answerId: 'a', question: 'Delivery', answer: 'Five dollars.', locale: 'en' as const, confidence: 0.9 }];
  const outcome = await retrievalBot.answer(talk.turns(), { search, ...talk.tools }, { locale: 'en' }, new AbortController().signal);
  expect(outcome).toMatchObject({ text: 'Five dollars.\n\nWhat is your order number?', tool: { step: 'input' } });
  talk.answers(outcome);
  expect(await say(talk, 'A1023')).toMatchObject({ tool: { step: 'done' } });
});

describe('a tool that changes something', () => {
  test('is used after a plain yes to exactly that, once', async () => {
    const talk = talkOf([cancelling(shop.url)]);
    await say(talk, 'cancel my order');
    expect(await say(talk, 'A1023')).toMatchObject({ text: expect.stringContaining('Cancel an order (Order number: A1023)'), choices: ['Yes, go ahead', 'No, leave it'], tool: { step: 'consent' } });
    expect(shop.heard).toEqual([]);
    expect(await say(talk, 'no, A1024')).toMatchObject({ text: expect.stringContaining('A1024'), tool: { step: 'consent' } });
    expect(await say(talk, 'no, A1023')).toMatchObject({ tool: { step: 'consent' } });
    expect(await say(talk, 'yes but wait')).toMatchObject({ tool: { step: 'consent' } });
    expect(shop.heard).toEqual([]);
    // The turn is run again after a crash: the yes is used up.
    talk.says('yes');
    const turn = () => retrievalBot.answer(talk.turns(), { search: async () => [], ...talk.tools }, { locale: 'en' }, new AbortController().signal);
    expect(await turn()).toMatchObject({ text: expect.stringContaining('cancelled'), tool: { step: 'done' } });
    expect(await turn()).toMatchObject({ kind: 'hand-over', reason: 'error', summary: expect.stringContaining('may have been done') });
    expect(shop.heard).toHaveLength(1);
    expect(shop.heard[0]?.key).toMatch(/cancel_order$/);
  });
  test('"leave it" while it is under way is not answered as if nothing had been done; before, it is, and a later yes is a new one', async () => {
    const talk = talkOf([cancelling(shop.url)]);
    await say(talk, 'cancel my order A1023');
    talk.says('yes');
    const turn = () => retrievalBot.answer(talk.turns(), { search: async () => [], ...talk.tools }, { locale: 'en' }, new AbortController().signal);
    // What came of the yes is not said yet when the customer writes again.
    const underWay = turn();
    talk.says('no, leave it');
    await underWay;
    expect(shop.heard).toHaveLength(1);
    expect(await turn()).toMatchObject({ kind: 'hand-over', reason: 'error', say: expect.stringContaining('was already sent'), summary: expect.stringContaining('sent already'), tool: { step: 'failed' } });
    const other = talkOf([cancelling(shop.url)]);
    await say(other, 'cancel my order A1023');
    other.says('yes');
    other.says('no, A1024');
    expect(await retrievalBot.answer(other.turns(), { search: async () => [], ...other.tools }, { locale: 'en' }, new AbortController().signal)).toMatchObject({ kind: 'reply', tool: { step: 'consent', inputs: { order_number: 'A1024' } } });
    const changed = talkOf([cancelling(shop.url)]);
    await say(changed, 'cancel my order A1023');
    expect(await say(changed, 'no, leave it')).toMatchObject({ kind: 'reply', text: expect.stringContaining('nothing was changed'), tool: { step: 'dropped' } });
    await say(changed, 'cancel my order A1023');
    expect(await say(changed, 'yes')).toMatchObject({ tool: { step: 'done' } });
  });
  test('a yes that was taken back does nothing, however late its turn runs', async () => {
    const talk = talkOf([cancelling(shop.url)]);
    await say(talk, 'cancel my order A1023');
    talk.says('yes');
    const late = [talk.turns(), talk.tools] as const;
    await say(talk, 'no, leave it');
    expect(await retrievalBot.answer(late[0], { search: async () => [], ...late[1] }, { locale: 'en' }, new AbortController().signal)).toMatchObject({ kind: 'hand-over' });
    expect(shop.heard).toEqual([]);
  });
  test('a no changes nothing; a line cut after it was done is for people, who are told', async () => {
    const talk = talkOf([cancelling(shop.url)]);
    await say(talk, 'cancel my order', 'A1023');
    expect(await say(talk, '不用了')).toMatchObject({ tool: { step: 'dropped' } });
    await say(talk, 'cancel my order A1023');
    shop.turn('cut');
    expect(await say(talk, '好的，请办理')).toMatchObject({ kind: 'hand-over', reason: 'error', summary: expect.stringContaining('核实') });
    expect(talk.calls.map(({ outcome }) => outcome)).toEqual(['unknown']);
  });
});

test('who is not proved is told how to prove it, once; then a colleague helps', async () => {
  const talk = talkOf([lookUp(shop.url)], [{ kind: 'email', value: 'li@example.com', evidence: 'wrote-from-it' }]);
  expect(await say(talk, '我的订单到哪了')).toMatchObject({ text: expect.stringContaining('登录'), tool: { step: 'proof' } });
  expect(await say(talk, '我的订单到哪了 A1023')).toMatchObject({ kind: 'hand-over', reason: 'policy' });
  expect(shop.heard).toEqual([]);
});

test("somebody else's order is not found, in the words of one that does not exist", async () => {
  const talk = talkOf([lookUp(shop.url)]);
  const theirs = await say(talk, 'where is my order B2001');
  const missing = await say(talkOf([lookUp(shop.url)]), 'where is my order Z9999');
  expect(theirs).toEqual(missing);
  expect(talk.calls.map(({ outcome }) => outcome)).toEqual(['not-theirs']);
});

test.each([['hang', /1000 ms/], ['broken', /500/], ['page', /JSON/], ['redirect', /redirects/], ['huge', /256 KB/], ['deep', /JSON/]] as const)('a shop that %s costs at most the time-out; people take over, the record says why', async (mood, why) => {
  const talk = talkOf([lookUp(shop.url)]);
  shop.turn(mood);
  const start = performance.now();
  expect(await say(talk, 'where is my order A1023')).toMatchObject({ kind: 'hand-over', reason: 'error', tool: { step: 'failed', inputs: { order_number: 'A1023' } } });
  expect(performance.now() - start).toBeLessThan(2_000);
  expect(JSON.stringify(talk.calls[0]?.detail)).toMatch(why);
});

test('leave to use a tool is looked up at the moment of use: it was switched off since the turn began', async () => {
  const live: StoredTool = stored(lookUp(shop.url));
  const release = pinned(live, undefined);
  const talk = stage([{ ...release, on: true, createdAt: new Date(0), updatedAt: new Date(0) }], li, reachable(), { current: async tool => usable(tool, live, undefined) });
  expect(await say(talk, 'where is my order A1023')).toMatchObject({ tool: { step: 'done' } });
  live.on = false;
  expect(await say(talk, 'where is my order A1024')).toMatchObject({ kind: 'hand-over', reason: 'error' });
  expect(talk.calls.map(({ outcome }) => outcome)).toEqual(['done', 'withdrawn']);
  expect(shop.heard).toHaveLength(1);
});

test('no release brings back what a tool was tightened against: the address that customers said is the proven one since', async () => {
  const said: ToolInput = { name: 'mail', type: 'text', required: true, label: { 'zh-CN': '', en: 'Mail' }, from: 'customer', ask: { 'zh-CN': '', en: 'Which address?' }, pattern: '[\\w.]+@[\\w.]+' };
  const byMail = (mail: ToolInput) => stored(lookUp(shop.url, { owner: undefined, inputs: [mail], run: { kind: 'http', method: 'GET', url: `${shop.url}/orders?email={{mail}}`, headers: [], body: '' }, outputs: [{ name: 'numbers', path: 'orders[*].number', label: { 'zh-CN': '', en: 'Orders' } }] }));
  const live = byMail({ ...said, from: 'contact', fact: 'email' });
  const released = asStored(pinned(byMail(said), undefined));
  const served = usable(released, live, undefined);
  if (typeof served === 'string') throw new Error(served);
  // As a turn is given it, and as one that began before has it.
  for (const offered of [served, released]) {
    const talk = stage([offered], li, reachable(), { current: async tool => usable(tool, live, undefined) });
    await say(talk, 'where is my order, I am bob@example.com');
  }
  expect(shop.heard.map(({ path }) => path)).toEqual(Array(2).fill('/orders?email=li%40example.com'));
});

test('an address inside our network is not called unless an operator named it', async () => {
  const talk = stage([stored(lookUp(shop.url))], li, { privateHosts: [] });
  expect(await say(talk, 'where is my order A1023')).toMatchObject({ kind: 'hand-over', reason: 'error' });
  expect(JSON.stringify(talk.calls[0]?.detail)).toContain('private network');
  expect(shop.heard).toEqual([]);
});
