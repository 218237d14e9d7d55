/** The simulated WhatsApp itself: what it checks, what it refuses, and that it misbehaves as told. */
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';
import { startWhatsAppCloudSimulator, type Options } from './whatsapp-cloud.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => { for (const end of ends.splice(0).toReversed()) await end(); });

const Answer = z.looseObject({ error: z.looseObject({ code: z.number() }).optional(), messages: z.array(z.looseObject({ id: z.string() })).optional(), id: z.string().optional(), url: z.string().optional(), data: z.array(z.unknown()).optional(), paging: z.looseObject({ next: z.string().optional() }).optional() });
const Call = z.object({ entry: z.array(z.object({ changes: z.array(z.object({ field: z.string(), value: z.looseObject({ messages: z.array(z.looseObject({ id: z.string() })).optional(), statuses: z.array(z.looseObject({ id: z.string(), status: z.string(), biz_opaque_callback_data: z.string().optional(), errors: z.array(z.looseObject({ code: z.number() })).optional() })).optional() }) })) })) });

async function stage(options: Options = {}) {
  const simulator = await startWhatsAppCloudSimulator(options);
  ends.push(() => simulator.close());
  const heard: { genuine: boolean; call: z.infer<typeof Call> }[] = [];
  const statuses: number[] = [];
  const hub = createServer((request, response) => {
    if (request.method === 'GET') return void response.end(new URL(request.url ?? '', 'http://hub.test').searchParams.get('hub.challenge'));
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => { body += part; }).on('end', () => {
      const status = statuses.shift() ?? 200;
      if (status === 200) heard.push({ genuine: request.headers['x-hub-signature-256'] === `sha256=${createHmac('sha256', simulator.account.appSecret).update(body).digest('hex')}`, call: Call.parse(JSON.parse(body)) });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((done) => hub.listen(0, '127.0.0.1', done));
  ends.push(async () => { hub.closeAllConnections(); hub.close(); });
  const address = hub.address();
  await simulator.connect({ url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/hook` });
  const call = async (path: string, body?: object, token = simulator.account.accessToken) => {
    const response = await fetch(`${simulator.url}/v24.0/${path}`, { headers: { authorization: `Bearer ${token}` }, ...(body && { method: 'POST', body: JSON.stringify(body) }) });
    return { status: response.status, retryAfter: response.headers.get('retry-after'), ...Answer.parse(await response.json()) };
  };
  const send = (to: string, more: object = {}) => call(`${simulator.account.phoneNumberId}/messages`, { messaging_product: 'whatsapp', to, type: 'text', text: { body: 'hi' }, biz_opaque_callback_data: 'k', ...more });
  const told = () => heard.flatMap(({ call: { entry } }) => entry.flatMap(({ changes }) => changes.flatMap(({ value }) => value.statuses ?? [])));
  return { simulator, heard, statuses, call, send, told };
}
const until = async (condition: () => boolean): Promise<void> => { while (!condition()) await new Promise((done) => setTimeout(done, 5)); };

it('signs what customers say, and says it again until it is taken', async () => {
  const { simulator, heard, statuses } = await stage();
  statuses.push(503, 500);
  const { id } = await simulator.say('8613800138000', 'hello');
  expect(heard.map(({ genuine, call: { entry } }) => [genuine, entry[0]?.changes[0]?.value.messages?.[0]?.id])).toEqual([[true, id]]);
  expect(simulator.history().said).toEqual([{ id, customer: '8613800138000', text: 'hello' }]);
});

it('checks token, address, lengths, templates, the pair and the window', async () => {
  const { simulator, call, send, told } = await stage({ pair: { burst: 4, everyMs: 60_000 } });
  await simulator.say('8613800138000', 'hello');
  expect((await call('me', undefined, 'wrong')).error?.code).toBe(190);
  expect((await send('+86 138')).error?.code).toBe(100);
  expect((await send('8613800138000', { text: { body: 'x'.repeat(4_097) } })).error?.code).toBe(131009);
  expect((await send('8613800138000', { type: 'template', template: { name: 'no', language: { code: 'en' } } })).error?.code).toBe(132001);
  const good = await send('8613800138000');
  await until(() => told().length === 3);
  expect(told().map(({ status, biz_opaque_callback_data: key }) => [status, key])).toEqual([['sent', 'k'], ['delivered', 'k'], ['read', 'k']]);
  simulator.customer('8613800138000', { lastIn: Date.now() - 25 * 3_600_000 });
  expect((await send('8613800138000')).status).toBe(200);
  await until(() => told().length === 4);
  expect(told().at(-1)).toMatchObject({ status: 'failed', errors: [{ code: 131047 }] });
  expect(simulator.history().received.map(({ id }) => id)).toEqual([good.messages?.[0]?.id]);
  await send('8613800138000');
  await send('8613800138000');
  expect((await send('8613800138000')).error?.code).toBe(131056);
});

it('hands files out in two steps, by an address that expires', async () => {
  let now = 1_000_000;
  const { simulator, call } = await stage({ now: () => now });
  const { url = '' } = await call(simulator.addMedia(new Uint8Array([1, 2]), 'image/png'));
  const get = (token?: string) => fetch(url, token ? { headers: { authorization: `Bearer ${token}` } } : {});
  expect([(await get()).status, (await get(simulator.account.accessToken)).status]).toEqual([401, 200]);
  now += 5 * 60_000;
  expect((await get(simulator.account.accessToken)).status).toBe(404);
});

it('misbehaves as told', async () => {
  const { simulator, heard, send } = await stage({ retryAfter: '7' });
  simulator.order({ duplicates: 1 });
  await simulator.say('8613800138000', 'twice');
  expect(heard).toHaveLength(2);
  simulator.order({ limited: 1 });
  expect(await send('8613800138000')).toMatchObject({ status: 429, retryAfter: '7', error: { code: 130429 } });
  simulator.order({ failing: 1 });
  expect((await send('8613800138000')).status).toBe(500);
  expect(simulator.history().received).toHaveLength(0);
  simulator.order({ lying: 1 });
  expect((await send('8613800138000')).status).toBe(500);
  expect(simulator.history().received).toHaveLength(1);
  simulator.order({ cut: 1 });
  await expect(send('8613800138000')).rejects.toThrow('fetch failed');
});
