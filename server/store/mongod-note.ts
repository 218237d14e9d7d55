/** dataDir/mongod.json: which process runs mongod on this data, and where; so that a second one finds it and a crash leaves none. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { identity, lives, servesData, signal } from './mongod-process.ts';

const Note = z.object({ owner: z.string(), pid: z.number(), port: z.number(), binary: z.string().optional() });

/** `owner` is empty when nobody runs it; `port` and `binary` outlive a stop. */
export type Note = z.infer<typeof Note>;

const CLAIM_WITHIN = 60_000;

/** Takes the right to run mongod on this data, or finds who runs it. */
export async function claimData(noteFile: string, dbPath: string): Promise<{ running: Note } | { last: Note | undefined }> {
  const me = identity(process.pid);
  const deadline = performance.now() + CLAIM_WITHIN;
  for (;;) {
    const note = await readNote(noteFile);
    if (!note || !note.owner || !ownerLives(note.owner)) {
      if (note?.pid) await endLeftover(note.pid, dbPath);
      if (await take(noteFile, { owner: me, pid: 0, port: note?.port ?? 0, binary: note?.binary })) return { last: note };
    } else if (note.pid && lives(note.pid)) {
      return { running: note };
    }
    // Its owner is starting it, or starting it again.
    if (performance.now() > deadline) throw new Error(`Process ${note?.owner} holds ${dbPath} and its mongod does not answer`);
    await pause(50);
  }
}

const ownerLives = (owner: string) => identity(Number(owner.split(':')[0])) === owner;

async function endLeftover(pid: number, dbPath: string): Promise<void> {
  // Its guard is ending it already when its parent has just died.
  for (let waited = 0; await servesData(pid, dbPath); waited += 50) {
    if (waited >= 2_000) signal(pid, 'SIGKILL');
    await pause(50);
  }
}

async function readNote(file: string): Promise<Note | undefined> {
  try {
    return Note.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Replaces the note as a whole: a reader never sees half of one. */
export async function writeNote(file: string, note: Note): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(note), { mode: 0o600 });
  await rename(draft, file);
}

/** Of two processes that start at once exactly one gets through the `wx`. */
async function take(file: string, note: Note): Promise<boolean> {
  const gate = `${file}.taking`;
  try {
    await writeFile(gate, note.owner, { flag: 'wx' });
  } catch {
    const holder = await readFile(gate, 'utf8').catch(() => '');
    if (holder && !ownerLives(holder)) await rm(gate, { force: true });
    return false;
  }
  try {
    const now = await readNote(file);
    if (now?.owner && ownerLives(now.owner)) return false;
    await writeNote(file, note);
    return true;
  } finally {
    await rm(gate, { force: true });
  }
}

/** Gives the right back after a start that failed. */
export async function releaseData(file: string, last: Note | undefined): Promise<void> {
  await writeNote(file, { owner: '', pid: 0, port: last?.port ?? 0, binary: last?.binary });
}
