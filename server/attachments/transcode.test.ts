/** The process that remakes sound and film: told what the bytes are, given little time and room. A stand-in takes ffmpeg's place, and ffmpeg itself where it is. */
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { argumentsFor, findFfmpeg, transcoded } from './transcode.ts';

let folder = '';
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'hubbub-stand-in-')); });
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A program that does this with ffmpeg's arguments. */
async function standIn(name: string, script: string): Promise<string> {
  const program = join(folder, name);
  await writeFile(program, `#!${process.execPath}\nconst { readFileSync, writeFileSync } = require('node:fs');\nconst args = process.argv.slice(2);\nconst input = args[args.indexOf('-i') + 1];\nconst output = args.at(-1);\n${script}\n`);
  await chmod(program, 0o700);
  return program;
}
const left = async (): Promise<string[]> => (await readdir(tmpdir())).filter((name) => name.startsWith('hubbub-media-'));
const ogg = { type: 'audio/ogg', bytes: 1_000 } as const;

it('names the kind of the bytes and lets it open nothing else', () => {
  const args = argumentsFor('audio/x-m4a', 'in', ogg, 'out.ogg') ?? [];
  expect(args.slice(0, args.indexOf('-i'))).toEqual(['-nostdin', '-hide_banner', '-loglevel', 'error', '-protocol_whitelist', 'file', '-f', 'mov']);
  expect(args.slice(-2)).toEqual(['-y', 'out.ogg']);
  for (const type of ['application/vnd.apple.mpegurl', 'audio/x-mpegurl', 'text/plain', 'application/octet-stream', 'image/png']) expect(argumentsFor(type, 'in', ogg, 'out'), type).toBeNull();
});

describe('transcoded', () => {
  it('gives back what was made, and leaves nothing behind', async () => {
    const before = await left();
    const program = await standIn('copy', "writeFileSync(output, Buffer.concat([Buffer.from('made of '), readFileSync(input)]));");
    expect(Buffer.from(await transcoded(Buffer.from('sound'), 'audio/mp4', ogg, { program }) ?? []).toString()).toBe('made of sound');
    expect(await left()).toEqual(before);
  });
  it('is nothing when it fails, hangs, writes nothing or too much, or is not there', async () => {
    const before = await left();
    const cases = {
      fails: 'writeFileSync(output, "half"); process.exit(1);', hangs: 'setInterval(() => {}, 1000);', silent: '', large: 'writeFileSync(output, Buffer.alloc(2000));', empty: 'writeFileSync(output, "");',
    };
    for (const [name, script] of Object.entries(cases)) {
      expect(await transcoded(Buffer.from('sound'), 'audio/mp4', ogg, { program: await standIn(name, script), timeoutMs: 1_500 }), name).toBeNull();
    }
    expect(await transcoded(Buffer.from('sound'), 'audio/mp4', ogg, { program: join(folder, 'absent') })).toBeNull();
    expect(await findFfmpeg({ program: join(folder, 'absent') })).toBe(false);
    expect(await left()).toEqual(before);
  });
});

if (await findFfmpeg()) describe('ffmpeg itself', () => {
  it.each(['audio/ogg', 'audio/mpeg', 'audio/mp4'] as const)('makes %s of a recording', async (type) => {
    const made = await transcoded(wave(), 'audio/wav', { type, bytes: 1_000_000 });
    expect(made?.byteLength).toBeGreaterThan(500);
  });
});

/** Half a second of a tone, 8 kHz, 16 bit. */
function wave(): Buffer {
  const samples = Buffer.alloc(8_000);
  for (let at = 0; at < 4_000; at += 1) samples.writeInt16LE(Math.round(10_000 * Math.sin(at / 3)), at * 2);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0); head.writeUInt32LE(36 + samples.length, 4); head.write('WAVEfmt ', 8); head.writeUInt32LE(16, 16); head.writeUInt16LE(1, 20); head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8_000, 24); head.writeUInt32LE(16_000, 28); head.writeUInt16LE(2, 32); head.writeUInt16LE(16, 34); head.write('data', 36); head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}
