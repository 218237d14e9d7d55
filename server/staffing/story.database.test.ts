/** Eight weeks that the reports kept become a plan for a day: what comes when, and how many it takes; holidays are known, and what cannot be is refused. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { call } from '../../test/setup/server.ts';
import { httpApp } from '../http/app.ts';
import { createPerson } from '../people/change.ts';
import { createToken } from '../people/sign-in.ts';
import { QueueInput } from '../routing/schema.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** A Monday in Shanghai, one in the morning. */
const now = Date.UTC(2026, 10, 22, 17);
const { uri } = testMongod('staffing');
let node: Node;
let http: Server;
let url = '';
let token = '';
beforeAll(async () => {
  node = await startNode(uri, { soleNode: true, now: () => new Date(now) });
  http = createServer(httpApp(node.hub, { version: '0', trustProxy: 0, clientDir: '/nowhere', ready: async () => ({}) })).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  ({ token } = await createToken(node.hub, 'test', 'supervisor'));
});
afterAll(async () => {
  http?.close();
  await node?.stop();
});
const api = (method: string, path: string, body?: unknown) => call(url, method, path, body, { authorization: `Bearer ${token}` });
const Plan = z.looseObject({
  weeks: z.number(), special: z.string().nullable(), peak: z.number(), people: z.number(), hours: z.number(),
  halfHours: z.array(z.looseObject({ at: z.number(), offered: z.number(), byErlang: z.number(), bySimulation: z.number().nullable(), scheduled: z.number() })),
  queues: z.array(z.looseObject({ queueId: z.string().nullable(), media: z.string(), offered: z.number(), ahtSeconds: z.number(), backtest: z.object({ holtWinters: z.looseObject({ wape: z.number() }), naive: z.looseObject({ wape: z.number() }) }).nullable() })),
});

test('a day is planned from the weeks before it', async () => {
  const { hub } = node;
  const queue = await hub.store.queues.create(QueueInput.parse({ name: 'shop' }));
  for (const name of ['ann', 'ben']) await createPerson(hub, { name, email: `${name}@example.com`, password: 'a long password', role: 'agent', locale: 'en', skills: [], capacity: 2 });
  // Mondays to Saturdays from nine to six in Shanghai: 12 in each half-hour, Mondays 18; each takes 6 minutes. The last weeks only: before, nothing was written down.
  const monday = Date.UTC(2026, 10, 22, 16);
  const cells = (n: number) => [{ queueId: queue.id, channelId: 'f'.repeat(24), agentId: null, n: { offered: n }, ms: { answered: Array.from({ length: n }, () => 20_000), handled: Array.from({ length: n }, () => 360_000) } }];
  const slots = Array.from({ length: 35 }, (_, back) => monday - (back + 1) * day).filter((at) => new Date(at + 8 * hour).getUTCDay() !== 0)
    .flatMap((from) => Array.from({ length: 36 }, (_, nth) => ({ _id: new Date(from + 9 * hour + nth * 15 * 60_000), rev: 1, added: { rev: 1, cells: cells(new Date(from + 8 * hour).getUTCDay() === 1 ? 9 : 6) } })));
  await node.db.collection<{ _id: Date }>('report_slots').insertMany(slots);
  const closed: [] = [];
  const nine = [{ from: '09:00', to: '18:00' }];
  await hub.store.calendars.create({ name: 'shop', zone: 'Asia/Shanghai', week: { mon: nine, tue: nine, wed: nine, thu: nine, fri: nine, sat: nine, sun: closed }, days: [{ kind: 'holiday', date: '2026-11-25', name: 'Festival' }, { kind: 'make-up', date: '2026-11-29', name: '', like: 'mon' }] });

  const planOf = async (body: object) => (await api('POST', '/staffing/plans', { zone: 'Asia/Shanghai', shrinkage: 0, ...body })).as(Plan);
  const mondays = await planOf({ day: '2026-11-23' });
  expect(mondays).toMatchObject({ weeks: 5, special: null, people: 2, queues: [{ queueId: queue.id, media: 'chat', ahtSeconds: 360 }] });
  const busy = mondays.halfHours.filter(({ offered }) => offered > 0);
  expect(busy).toHaveLength(18);
  expect(busy[0]?.at).toBe(Date.UTC(2026, 10, 23, 1));
  for (const { offered } of busy) expect(offered).toBeCloseTo(18, 0);
  // 18 in half an hour of 6 minutes are 3.6 at once: two agents have 4 places, too few for 80/60; three have 6.
  expect(new Set(busy.map(({ bySimulation }) => bySimulation))).toEqual(new Set([3]));
  expect(mondays).toMatchObject({ peak: 3, hours: 27 });

  const tuesday = await planOf({ day: '2026-11-24', shrinkage: 0.5, targets: { chat: { share: 0.5, seconds: 300 } } });
  expect(tuesday.halfHours.reduce((sum, { offered }) => sum + offered, 0)).toBeCloseTo(216, -1);
  expect(Math.max(...tuesday.halfHours.map(({ bySimulation }) => bySimulation ?? 0))).toBe(2);
  expect(tuesday.peak).toBe(4);
  expect((await planOf({ day: '2026-11-25' }))).toMatchObject({ special: 'Festival', peak: 0 });
  expect((await planOf({ day: '2026-11-29' })).halfHours.reduce((sum, { offered }) => sum + offered, 0)).toBeGreaterThan(300);
  expect((await api('POST', '/staffing/plans', { day: '2027-11-23' })).status).toBe(400);
  expect((await api('POST', '/staffing/plans', { day: '2026-11-24', zone: 'Mars/Crater' })).status).toBe(400);
  expect((await api('POST', '/staffing/plans', { day: '2026-11-24', shrinkage: 0.9 })).status).toBe(400);
  const both = await Promise.all([api('POST', '/staffing/plans', { day: '2026-11-24' }), api('POST', '/staffing/plans', { day: '2026-11-24' })]);
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
}, 60_000);
