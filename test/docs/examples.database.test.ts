/** The two examples of the guide are run as they stand, each against a hub: a note comes in once, a reply goes out once. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../setup/eventually.ts';
import { testMongod } from '../setup/mongo.ts';
import { freePort, startServer, type Server } from '../setup/server.ts';

const root = join(import.meta.dirname, '..', '..');
const Made = z.looseObject({ id: z.string(), webhookUrl: z.string(), secrets: z.looseObject({ secret: z.string() }) });
const Found = z.looseObject({ items: z.array(z.looseObject({ id: z.string(), thread: z.looseObject({ key: z.string() }) })) });
const Notes = z.array(z.looseObject({ text: z.string() }));

const examples = [
  { name: 'notice-board.ts', command: process.execPath, there: true },
  { name: 'notice_board.py', command: 'python3', there: spawnSync('python3', ['--version']).status === 0 },
];
const children: ChildProcess[] = [];
let server: Server;
beforeAll(async () => { server = await startServer({ MONGODB_URI: testMongod('examples').uri }); });
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await server?.stop();
});

describe.each(examples)('$name', ({ name, command, there }) => {
  const path = join(root, 'docs', 'examples', name);

  test('has fewer than 60 lines of code', () => {
    const code = readFileSync(path, 'utf8').replace(/^(\/\*\*[\s\S]*?\*\/|"""[\s\S]*?""")\n/, '').split('\n').filter(line => line.trim());
    expect(code.length).toBeLessThan(60);
  });

  test.runIf(there)('brings a note in once and a reply out once', async () => {
    const port = await freePort();
    const made = (await server.api('POST', '/channels', { kind: 'api', name, bot: false, config: { replyUrl: `http://127.0.0.1:${port}/replies`, allowPrivateReplyUrl: true } })).as(Made);
    const child = spawn(command, [path, made.webhookUrl, made.secrets.secret, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await once(child.stdout, 'data');
    const board = `http://127.0.0.1:${port}`;
    const by = `ann-${name.slice(-2)}`;
    for (let time = 0; time < 2; time++) expect((await fetch(`${board}/notes`, { method: 'POST', body: JSON.stringify({ id: `${name}-1`, by, text: 'Is anybody there?' }) })).status).toBe(200);
    const id = await eventually(async () => (await server.api('GET', '/conversations?view=all')).as(Found).items.find(each => each.thread.key === by)?.id);
    expect((await server.api('GET', `/conversations/${id}`)).as(z.looseObject({ seq: z.number() })).seq).toBe(1);
    await server.api('POST', `/conversations/${id}/messages`, { text: 'Yes, here I am.' });
    const notes = await eventually(async () => { const found = Notes.parse(await (await fetch(`${board}/notes/${by}`)).json()); return found.length > 0 && found; });
    expect(notes.map(note => note.text)).toEqual(['Yes, here I am.']);
    const forged = await fetch(`${board}/replies`, { method: 'POST', headers: { 'webhook-id': 'x', 'webhook-timestamp': String(Math.floor(Date.now() / 1000)), 'webhook-signature': 'v1,AAAA' }, body: JSON.stringify({ type: 'message.created', thread: by, id: 'x', text: 'forged' }) });
    expect(forged.status).toBe(401);
  });
});
