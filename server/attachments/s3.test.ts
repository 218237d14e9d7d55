/** The S3 calls: signatures as AWS documents them, parts, ranges, failures. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startS3Simulator } from '../../test/simulators/s3.ts';
import { s3, signS3 } from './s3.ts';

it('signs as the examples of AWS\'s documentation do', () => {
  const place = { region: 'us-east-1', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
  const at = new Date('2013-05-24T00:00:00Z');
  const sign = (path: string, headers: Record<string, string> = {}) => signS3(place, { method: 'GET', url: new URL(path, 'https://examplebucket.s3.amazonaws.com'), body: new Uint8Array(), headers }, at)['authorization'];
  expect(sign('/test.txt', { range: 'bytes=0-9' })).toBe('AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41');
  expect(sign('/?lifecycle=')).toContain('Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543');
  expect(sign('/?max-keys=2&prefix=J')).toContain('Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7');
});

describe('a bucket', () => {
  let simulator: Awaited<ReturnType<typeof startS3Simulator>>;
  beforeAll(async () => { simulator = await startS3Simulator(); });
  afterAll(() => simulator.close());
  const bytes = async (key: string, range?: { start: number; end: number }): Promise<Buffer> => Buffer.concat(await (await s3(simulator.place).open(key, range)).toArray());
  const put = async (key: string, parts: Buffer[]): Promise<void> => {
    const upload = s3(simulator.place).upload(key);
    for (const part of parts) await upload.write(part);
    await upload.end();
  };
  const mega = (letter: string): Buffer => Buffer.alloc(1024 * 1024, letter);

  it('keeps small and large ones byte for byte, and gives parts of them', async () => {
    await put('small', [Buffer.from('he'), Buffer.from('llo')]);
    expect((await bytes('small')).toString()).toBe('hello');
    expect((await bytes('small', { start: 1, end: 2 })).toString()).toBe('el');
    await put('large', Array.from({ length: 21 }, (_, index) => mega(String(index % 10))));
    const large = await bytes('large');
    expect([large.length, large[0], large.at(-1)]).toEqual([21 * 1024 * 1024, 0x30, 0x30]);
    expect((await bytes('large', { start: 1024 * 1024 - 1, end: 1024 * 1024 })).toString()).toBe('01');
    await put('empty', []);
    expect((await bytes('empty')).length).toBe(0);
    expect(simulator.refused).toEqual([]);
  });

  it('leaves nothing of what is given up, and says what is missing', async () => {
    const upload = s3(simulator.place).upload('given up');
    for (let count = 0; count < 9; count += 1) await upload.write(mega('x'));
    expect(simulator.uploads.size).toBe(1);
    await upload.abort();
    expect([simulator.uploads.size, simulator.objects.has('/files/given%20up')]).toEqual([0, false]);
    await s3(simulator.place).remove('small');
    await expect(bytes('small')).rejects.toThrow('NoSuchKey');
    await s3(simulator.place).remove('small');
    await expect(s3({ ...simulator.place, secretAccessKey: 'wrong' }).open('large')).rejects.toThrow('SignatureDoesNotMatch');
  });

  it('tries again through 500 and cuts', async () => {
    simulator.order({ failing: 0.2, cut: 0.2 });
    for (let count = 0; count < 10; count += 1) await put(`rough${count}`, [Buffer.from(`words ${count}`)]);
    simulator.order({});
    expect((await bytes('rough7')).toString()).toBe('words 7');
  });
});
