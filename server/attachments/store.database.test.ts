/** Files in a real MongoDB: whole or not at all. */
import { PassThrough, Readable } from 'node:stream';
import mongoose from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testMongod } from '../../test/setup/mongo.ts';
import { startS3Simulator } from '../../test/simulators/s3.ts';
import { s3 } from './s3.ts';
import { sizeLimits } from './schema.ts';
import { attachmentStore } from './store.ts';
import type { AttachmentStore } from './store.ts';

const agent = { kind: 'agent', id: 'u1' } as const;
const visitor = { kind: 'visitor', id: 't1' } as const;
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const mega = Buffer.alloc(1024 * 1024, 'x');

let connection: mongoose.Connection;
let store: AttachmentStore;
beforeAll(async () => {
  connection = await mongoose.createConnection(testMongod('attachments').uri).asPromise();
  store = attachmentStore(connection);
});
afterAll(() => connection?.destroy());
const count = async (): Promise<number[]> => Promise.all(['files', 'chunks'].map((name) => connection.collection(`attachments.${name}`).countDocuments()));
let before: number[] = [];
beforeEach(async () => { before = await count(); });
const megas = (n: number): Readable => Readable.from(Array.from({ length: n }, () => mega));

describe('attachmentStore', () => {
  it('gives back byte for byte what was streamed in, with the type the bytes have', async () => {
    const stored = await store.put(Readable.from([png.subarray(0, 3), png.subarray(3)]), { name: '../evil/pixel.txt', owner: agent, cid: 'logo@mail' });
    expect(stored).toEqual({ id: expect.stringMatching(/^[0-9a-f]{24}$/), name: 'pixel.txt', type: 'image/png', size: png.length, cid: 'logo@mail' });
    const { attachment, owner, stream } = await store.open(stored.id);
    expect({ attachment, owner }).toEqual({ attachment: stored, owner: agent });
    expect(Buffer.concat(await stream.toArray())).toEqual(png);
    expect(await store.read(stored.id)).toEqual(png);
    expect(await store.get(stored.id)).toEqual(stored);

    const large = await store.put(megas(12), { name: '大.log', owner: visitor });
    expect(large).toMatchObject({ name: '大.log', type: 'text/plain', size: 12 * mega.length });
    expect((await store.read(large.id)).every((byte) => byte === 0x78)).toBe(true);
    const inbound = await store.put(Buffer.from('<p>hi'), { name: 'a.docx', owner: { kind: 'inbound', id: 'c1' } });
    expect(inbound.type).toBe('text/plain');
  });

  it('ids are not guessable from one another', async () => {
    const [one, two] = [await store.put(png, { name: 'a', owner: agent }), await store.put(png, { name: 'a', owner: agent })];
    expect(one.id.slice(0, 8)).not.toBe(two.id.slice(0, 8));
  });

  it('stops at the limit while streaming and leaves nothing, not even of an endless upload', async () => {
    let asked = 0;
    const endless = async function* () { for (;;) { asked += 1; yield mega; } };
    await expect(store.put(endless(), { name: 'a.bin', owner: visitor })).rejects.toMatchObject({ code: 'too-large' });
    expect(asked).toBe(sizeLimits.visitor / mega.length + 1);
    await expect(store.put(Buffer.alloc(sizeLimits.visitor + 1), { name: 'a.bin', owner: visitor })).rejects.toMatchObject({ code: 'too-large' });
    const request = megas(30);
    await expect(store.put(request, { name: 'a.bin', owner: visitor })).rejects.toMatchObject({ code: 'too-large' });
    expect(request.destroyed).toBe(false);
    expect(await count()).toEqual(before);
    expect((await store.put(Buffer.alloc(sizeLimits.visitor), { name: 'a.bin', owner: visitor })).size).toBe(sizeLimits.visitor);
  });

  it('an upload that breaks off leaves nothing, a hundred times', async () => {
    const broken = async (): Promise<void> => {
      const source = new PassThrough();
      const put = store.put(source, { name: 'a.bin', owner: agent });
      source.write(mega);
      setTimeout(() => source.destroy(new Error('connection reset')), 5);
      await expect(put).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('broke off') });
    };
    await Promise.all(Array.from({ length: 100 }, broken));
    expect(await count()).toEqual(before);
  });

  it('refuses empty files and programs from agents and visitors; a mail keeps them', async () => {
    const windows = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)]);
    for (const owner of [agent, visitor]) {
      await expect(store.put(Buffer.alloc(0), { name: 'a.txt', owner })).rejects.toMatchObject({ code: 'invalid' });
      await expect(store.put(windows, { name: 'photo.jpg', owner })).rejects.toMatchObject({ code: 'not-supported' });
      await expect(store.put(Buffer.from('hello'), { name: 'run.bat', owner })).rejects.toMatchObject({ code: 'not-supported' });
    }
    expect(await count()).toEqual(before);
    const inbound = { kind: 'inbound', id: 'c1' } as const;
    expect((await store.put(windows, { name: 'a.exe', owner: inbound })).size).toBe(202);
    const empty = await store.put(Buffer.alloc(0), { name: 'empty.txt', owner: inbound });
    expect((await store.read(empty.id)).length).toBe(0);
  });

  it('is not-found for what is no id, no file, or a stranger\'s', async () => {
    for (const id of ['', 'x', '0'.repeat(24), `${'0'.repeat(24)}\n`, '../0']) {
      for (const act of [store.open, store.read, store.remove]) await expect(act(id)).rejects.toMatchObject({ code: 'not-found' });
      expect(await store.get(id)).toBeNull();
    }
    const mine = await store.put(png, { name: 'a.png', owner: visitor });
    expect(await store.owned([mine.id], visitor)).toEqual([mine]);
    for (const stranger of [agent, { kind: 'visitor', id: 't2' } as const]) await expect(store.owned([mine.id], stranger)).rejects.toMatchObject({ code: 'not-found' });
    await store.remove(mine.id);
    expect(await store.get(mine.id)).toBeNull();
    expect(await count()).toEqual(before);
  });

  it('sweeps what a crash left of an upload, and only that', async () => {
    const whole = await store.put(megas(2), { name: 'whole.txt', owner: agent });
    const lost = await store.put(megas(2), { name: 'lost.txt', owner: agent });
    await connection.collection('attachments.files').deleteOne({ filename: 'lost.txt' });
    expect(await store.sweep(new Date(Date.now() - 60_000))).toBe(0);
    expect(await store.sweep(new Date(Date.now() + 2000))).toBe(1);
    expect((await store.read(whole.id)).length).toBe(2 * mega.length);
    expect(await connection.collection('attachments.chunks').countDocuments({ files_id: new mongoose.Types.ObjectId(lost.id) })).toBe(0);
  });
});

describe('with a bucket', () => {
  let bucket: Awaited<ReturnType<typeof startS3Simulator>>;
  let away: AttachmentStore;
  beforeAll(async () => {
    bucket = await startS3Simulator();
    away = attachmentStore(connection, Buffer.alloc(32), s3(bucket.place));
  });
  afterAll(() => bucket?.close());

  it('the bytes are there, what is known of them here; files from before stay where they are', async () => {
    const old = await store.put(png, { name: 'old.png', owner: agent });
    const chunks = (await count())[1];
    const [small, large] = [await away.put(png, { name: 'a.txt', owner: agent }), await away.put(megas(12), { name: 'b.log', owner: agent })];
    expect((await count())[1]).toBe(chunks);
    expect([...bucket.objects.keys()].toSorted()).toEqual([small, large].map(({ id }) => `/files/${id}`).toSorted());
    expect(small).toMatchObject({ type: 'image/png', size: png.length });
    expect(await away.read(small.id)).toEqual(png);
    expect((await away.read(large.id)).length).toBe(12 * mega.length);
    expect(Buffer.concat(await (await away.open(large.id, { start: 5, end: 9 })).stream.toArray()).toString()).toBe('xxxxx');
    expect(await away.read(old.id)).toEqual(png);
    await expect(store.read(small.id)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('HUB_S3_URL') });
    await Promise.all([small, large, old].map(({ id }) => away.remove(id)));
    expect([bucket.objects.size, await count()]).toEqual([0, before]);
  });

  it('an upload that breaks off, is too large, or fails over there leaves nothing on either side', async () => {
    const endless = async function* () { for (;;) yield mega; };
    await expect(away.put(endless(), { name: 'a.bin', owner: visitor })).rejects.toMatchObject({ code: 'too-large' });
    const source = new PassThrough();
    const put = away.put(source, { name: 'a.bin', owner: agent });
    source.write(mega);
    setTimeout(() => source.destroy(new Error('connection reset')), 5);
    await expect(put).rejects.toMatchObject({ code: 'invalid' });
    bucket.order({ failing: 1 });
    await expect(away.put(png, { name: 'a.png', owner: agent })).rejects.toThrow('file store');
    bucket.order({});
    expect([bucket.objects.size, bucket.uploads.size, await count()]).toEqual([0, 0, before]);
  });

  it('the same made twice at once is kept once', async () => {
    const whole = await away.put(png, { name: 'a.png', owner: agent });
    const variants = await Promise.all(Array.from({ length: 4 }, () => away.put(png, { name: 'small.webp', owner: agent, of: { id: whole.id, recipe: 'small' }, type: 'image/webp' })));
    expect(new Set(variants.map(({ id }) => id)).size).toBe(1);
    expect(bucket.objects.size).toBe(2);
    await away.remove(whole.id);
    expect([bucket.objects.size, await count()]).toEqual([0, before]);
  });
});
