/** The simulator itself: what it takes in, and that it misbehaves as told. */
import { afterEach, expect, it } from 'vitest';
import { signedRequest, startApiSystem } from './api-system.ts';
import type { ApiSystem } from './api-system.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
let system: ApiSystem | undefined;
afterEach(() => system?.stop());

it('takes genuine replies in once, refuses forged ones, and misbehaves as told', async () => {
  const running = await startApiSystem({ secret, hub: 'http://127.0.0.1:9', retryAfter: '7' });
  system = running;
  const reply = (from = secret) => fetch(signedRequest(from, running.replyUrl, JSON.stringify({ type: 'message.created', id: 'k', text: 'hi' }), { id: 'k' }));
  expect((await reply(`whsec_${Buffer.alloc(32, 8).toString('base64')}`)).status).toBe(401);
  running.turn('busy');
  running.turn('broken');
  running.turn('cut');
  const busy = await reply();
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '7']);
  expect((await reply()).status).toBe(500);
  expect(running.replies()).toEqual([]);
  await expect(reply()).rejects.toThrow();
  expect((await reply()).status).toBe(200);
  expect(running.replies()).toHaveLength(1);
  expect(running.heard.map((one) => one.mood)).toEqual(['well', 'busy', 'broken', 'cut', 'well']);
});

it('insists until it is acknowledged, and stops at a refusal', async () => {
  const answers = [503, 429, 200, 400];
  system = await startApiSystem({ secret, hub: async () => Response.json({ ok: true, seq: 4 }, { status: answers.shift() ?? 500 }) });
  const words = { id: '1', thread: 't', from: { id: 'c' }, text: 'hello' };
  expect(await system.insist(words)).toBe(4);
  await expect(system.insist(words)).rejects.toThrow('refused for good: 400');
});
