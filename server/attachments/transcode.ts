/** Sound and film for channels that take other kinds, by ffmpeg where it is installed: a process of its own, with little time and little room. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainType } from './rules/fit.ts';
import type { MediaType } from './rules/fit.ts';

/** The program and its limits; tests bring their own. */
export type Ffmpeg = { program?: string; timeoutMs?: number };

const largest = 100 * 1024 * 1024;
const most = 2;
let running = 0;

/** What the bytes are, told to ffmpeg: left to guess, it would take a playlist for one and open what that names. */
const demuxers: Record<string, string> = {
  'audio/ogg': 'ogg', 'video/ogg': 'ogg', 'audio/mpeg': 'mp3', 'audio/wav': 'wav', 'audio/amr': 'amr', 'audio/aac': 'aac', 'audio/flac': 'flac', 'audio/mp4': 'mov', 'video/mp4': 'mov', 'video/quicktime': 'mov', 'video/3gpp': 'mov', 'video/3gpp2': 'mov',
  'audio/webm': 'matroska', 'video/webm': 'matroska', 'video/matroska': 'matroska', 'video/x-matroska': 'matroska', 'video/vnd.avi': 'avi', 'video/x-msvideo': 'avi',
};

const sound = ['-vn', '-sn', '-dn'];
const encoders: Record<MediaType, { end: string; args: string[] }> = {
  'audio/ogg': { end: 'ogg', args: [...sound, '-c:a', 'libopus', '-b:a', '32k', '-ac', '1', '-ar', '48000', '-f', 'ogg'] },
  'audio/mpeg': { end: 'mp3', args: [...sound, '-c:a', 'libmp3lame', '-b:a', '64k', '-ac', '1', '-f', 'mp3'] },
  'audio/mp4': { end: 'm4a', args: [...sound, '-c:a', 'aac', '-b:a', '64k', '-ac', '1', '-movflags', '+faststart', '-f', 'mp4'] },
  'audio/amr': { end: 'amr', args: [...sound, '-c:a', 'libopencore_amrnb', '-b:a', '12.2k', '-ac', '1', '-ar', '8000', '-f', 'amr'] },
  'video/mp4': { end: 'mp4', args: ['-sn', '-dn', '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '28', '-pix_fmt', 'yuv420p', '-vf', "scale='trunc(min(1280,iw)/2)*2':-2", '-c:a', 'aac', '-b:a', '96k', '-movflags', '+faststart', '-f', 'mp4'] },
};

/** The arguments of one run. `-fs` stops a film that grows too large; what was cut is not used. */
export function argumentsFor(from: string, input: string, target: { type: MediaType; bytes: number }, output: string): string[] | null {
  const demuxer = demuxers[plainType(from)];
  if (!demuxer) return null;
  return ['-nostdin', '-hide_banner', '-loglevel', 'error', '-protocol_whitelist', 'file', '-f', demuxer, '-i', input, '-map_metadata', '-1', '-threads', '1', ...encoders[target.type].args, '-fs', String(target.bytes + 65_536), '-y', output];
}

/** Is ffmpeg there? */
export function findFfmpeg({ program = 'ffmpeg' }: Ffmpeg = {}): Promise<boolean> {
  return run(program, ['-hide_banner', '-version'], 5_000);
}

/** The bytes as another kind, at most so many. Null: it did not work, took too long, or became too large. */
export async function transcoded(bytes: Uint8Array, from: string, target: { type: MediaType; bytes: number }, { program = 'ffmpeg', timeoutMs = 60_000 }: Ffmpeg = {}): Promise<Uint8Array | null> {
  if (bytes.byteLength > largest || running >= most) return null;
  running += 1;
  const folder = await mkdtemp(join(tmpdir(), 'hubbub-media-'));
  try {
    const [input, output] = [join(folder, 'in'), join(folder, `out.${encoders[target.type].end}`)];
    const args = argumentsFor(from, input, target, output);
    if (!args) return null;
    await writeFile(input, bytes, { mode: 0o600 });
    if (!await run(program, args, timeoutMs)) return null;
    const { size } = await stat(output);
    return size > 0 && size <= target.bytes ? await readFile(output) : null;
  } catch {
    return null;
  } finally {
    running -= 1;
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

function run(program: string, args: string[], timeoutMs: number): Promise<boolean> {
  return new Promise((done) => {
    const child = spawn(program, args, { stdio: 'ignore', timeout: timeoutMs, killSignal: 'SIGKILL' });
    child.once('error', () => done(false));
    child.once('exit', (code) => done(code === 0));
  });
}
