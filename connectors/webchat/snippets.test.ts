/** The code that sites copy makes proofs we believe, and the guide shows that very code. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { languages, pageSnippet, serverSnippet, type Language, type Way } from '../../client/console/channels/site-snippets.ts';
import { proveUser } from './proof.ts';

/** What the program prints; null: it is not on this machine. */
const run = (program: string, file: string) => new Promise<string | null>((done, failed) => {
  execFile(program, [file], { env: { ...process.env, HUBBUB_SECRET: secret } }, (error, printed) => { if (!error) done(printed); else if (error.code === 'ENOENT') done(null); else failed(error); });
});
const secret = 'identity-secret-0123456789-0123456789';
const channelId = 'c'.repeat(24);
const user = { id: '42 张', name: '王芳', email: 'wang@example.com', phone: '+8613800138000' };
const given = JSON.stringify(user);
const call: Record<Language, { file: string; program: string; ask: (way: Way) => string; open?: string }> = {
  node: { file: 'site.mjs', program: process.execPath, ask: (way) => `\nprocess.stdout.write(${way === 'jwt' ? 'hubbubToken' : 'hubbubHash'}(${given}));` },
  python: { file: 'site.py', program: 'python3', ask: (way) => `\nimport sys, json\nsys.stdout.write(${way === 'jwt' ? 'hubbub_token' : 'hubbub_hash'}(json.loads(${JSON.stringify(given)})))` },
  php: { file: 'site.php', program: 'php', open: '<?php\n', ask: (way) => `\necho ${way === 'jwt' ? 'hubbub_token' : 'hubbub_hash'}(json_decode('${given}', true));` },
};

it.each(['jwt', 'hmac'] as const)('proves a user by %s, in every language that is on this machine', async (way) => {
  const folder = await mkdtemp(join(tmpdir(), 'hubbub-snippets-'));
  const proved: string[] = [];
  try {
    for (const language of languages) {
      const { file, program, ask, open = '' } = call[language];
      await writeFile(join(folder, file), open + serverSnippet(way, language, channelId) + ask(way));
      const made = await run(program, join(folder, file));
      if (made === null) continue;
      const said = way === 'jwt' ? { token: made } : { id: user.id, hash: made };
      expect([language, await proveUser(secret, channelId, said, Date.now())]).toMatchObject([language, { user: way === 'jwt' ? { ...user, signed: true } : { id: user.id } }]);
      proved.push(language);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  expect(proved).toContain('node');
});

it('the guide shows the very code', async () => {
  const guide = await readFile(join(import.meta.dirname, 'README.md'), 'utf8');
  for (const way of ['jwt', 'hmac'] as const) {
    for (const language of languages) expect(guide).toContain(serverSnippet(way, language, 'CHANNEL_ID'));
    expect(guide).toContain(pageSnippet(way, 'CHANNEL_ID'));
  }
});
