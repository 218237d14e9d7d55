/** One customer stays one thread, whatever WhatsApp calls them today; two customers never become one. */
import { expect, it } from 'vitest';
import type { Person } from './people.ts';
import { senderOf } from './people.ts';
import { threadBook } from './threads.ts';

function book(memory = new Map<string, unknown>()) {
  const calls = { reads: 0, writes: 0 };
  const threads = threadBook({
    recall: async (name) => { calls.reads += 1; return memory.get(name) ?? null; },
    remember: async (name, value) => { calls.writes += 1; memory.set(name, structuredClone(value)); },
  });
  return { ...threads, calls, memory, thread: async (person: Person) => (await threads.place(person)).thread };
}
const phone = '8613800138000';
const both = { userId: 'CN.1', phone };

it('number, then number and user id, then the user id alone: one thread, over restarts', async () => {
  const first = book();
  expect(await first.thread({ phone })).toBe(phone);
  expect(await first.thread(both)).toBe(phone);
  expect(await first.thread({ userId: 'CN.1' })).toBe(phone);
  const restarted = book(first.memory);
  expect(await restarted.thread({ userId: 'CN.1' })).toBe(phone);
  expect(await restarted.thread(both)).toBe(phone);
  expect(await restarted.address(phone)).toBe('CN.1');
});

it('user id first: the number leads to it, also in an echo that names the number only', async () => {
  const { place } = book();
  expect(await place(both)).toMatchObject({ thread: 'CN.1', related: [phone], contested: false });
  const echo = await place({ phone });
  expect(echo).toMatchObject({ thread: 'CN.1', known: 'CN.1' });
  expect(senderOf({ phone }, echo.known).value).toBe('CN.1');
});

it('a number that goes to somebody else takes no history along, and proves nothing any more', async () => {
  const { place, memory } = book();
  await place(both);
  expect(await place({ userId: 'CN.2', phone })).toEqual({ thread: 'CN.2', related: [], contested: true });
  expect(await place({ userId: 'CN.2', phone })).toMatchObject({ thread: 'CN.2', contested: true });
  expect(await book(memory).place({ userId: 'CN.2', phone })).toMatchObject({ thread: 'CN.2', contested: true });
  expect(await place({ userId: 'CN.1' })).toMatchObject({ thread: 'CN.1' });
  expect(senderOf({ userId: 'CN.2', phone }, undefined, true).also).toEqual([{ kind: 'phone', value: `+${phone}`, attested: false }]);
});

it('also when the first owner was known by the number only', async () => {
  const { thread } = book();
  expect(await thread({ phone })).toBe(phone);
  expect(await thread(both)).toBe(phone);
  expect(await thread({ userId: 'CN.2', phone })).toBe('CN.2');
  expect(await thread(both)).toBe(phone);
});

it('moves to a new number and user id, once, however often it is told', async () => {
  const { thread, moved, address, place, memory } = book();
  await thread(both);
  const next = { userId: 'CN.9', phone: '8613900139000' };
  expect(await moved('m1', both, next)).toMatchObject({ thread: 'CN.1' });
  expect([await thread(next), await thread({ userId: 'CN.9' }), await thread({ phone: next.phone })]).toEqual(['CN.1', 'CN.1', 'CN.1']);
  expect(await address('CN.1')).toBe('CN.9');
  expect(await place({ phone })).toMatchObject({ thread: `${phone}.1`, contested: true });
  expect(await moved('m1', both, next)).toMatchObject({ thread: 'CN.1' });
  expect(await book(memory).moved('m1', { phone }, next)).toMatchObject({ thread: 'CN.1' });
  expect(await thread(next)).toBe('CN.1');
});

it('moves a number without a user id, and the next owner of the number is somebody else', async () => {
  const { thread, moved, address } = book();
  await thread({ phone });
  await moved('m2', { phone }, { phone: '8613900139000' });
  expect(await thread({ phone: '8613900139000' })).toBe(phone);
  expect(await address(phone)).toBe('8613900139000');
  const stranger = await thread({ phone });
  expect(stranger).toBe(`${phone}.1`);
  expect(await address(stranger)).toBe(phone);
});

it('a thread that we began with a number belongs to whoever Meta says has it', async () => {
  const { began, thread } = book();
  await began('5215512345678', '5215512345678', '525512345678', 'MX.1');
  expect([await thread({ userId: 'MX.1' }), await thread({ userId: 'MX.1', phone: '525512345678' }), await thread({ phone: '525512345678' })]).toEqual(['5215512345678', '5215512345678', '5215512345678']);
});

it('asks the store once for each customer, and writes only news', async () => {
  const { place, calls } = book();
  for (let time = 0; time < 50; time += 1) await place(both);
  expect(calls).toEqual({ reads: 2, writes: 1 });
});
