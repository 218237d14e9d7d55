import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testMongod } from '../../test/setup/mongo.ts';
import { QueueInput } from './schema.ts';
import { queueStore, type QueueStore } from './store.ts';

let db: mongoose.Connection;
let queues: QueueStore;
beforeAll(async () => {
  db = await mongoose.createConnection(testMongod('queues').uri).asPromise();
  queues = await queueStore(db);
});
afterAll(() => db.close());

it('keeps queues as plain objects with string ids, by name', async () => {
  const sales = await queues.create(QueueInput.parse({ name: 'Sales', requires: [{ name: 'english', level: 3 }] }));
  const care = await queues.create(QueueInput.parse({ name: 'Care' }));
  expect(sales.id).toMatch(/^[0-9a-f]{24}$/);
  expect(await queues.list()).toEqual([care, sales]);
  expect(await queues.update(care.id, { offerSeconds: 45, name: undefined })).toEqual({ ...care, offerSeconds: 45 });
  expect(await queues.update(care.id, {})).toEqual({ ...care, offerSeconds: 45 });
  await expect(queues.update(care.id, { name: 'Sales' })).rejects.toMatchObject({ code: 'conflict', fields: { name: 'is taken' } });
  await expect(queues.create(QueueInput.parse({ name: 'Sales' }))).rejects.toMatchObject({ code: 'conflict' });
  expect(await queues.remove(care.id)).toBe(true);
  expect(await queues.remove(care.id)).toBe(false);
  expect(await queues.get(care.id)).toBeNull();
  expect(await queues.update(care.id, { name: 'Gone' })).toBeNull();
});
