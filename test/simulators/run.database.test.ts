/** `npm run sim` against a real hub: each platform connects, its customer is heard, the answer is printed. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../setup/eventually.ts';
import { testMongod } from '../setup/mongo.ts';
import { startServer, type Server } from '../setup/server.ts';

const Found = z.looseObject({ items: z.array(z.looseObject({ id: z.string(), preview: z.string() })) });
let server: Server;
let token = '';
beforeAll(async () => {
  server = await startServer({ MONGODB_URI: testMongod('sim').uri });
  token = (await server.api('POST', '/tokens', { name: 'sim', role: 'admin' })).as(z.looseObject({ token: z.string() })).token;
});
afterAll(async () => { await server?.stop(); });

test.each(['whatsapp-cloud', 'wechat-official', 'wecom', 'twilio-sms', 'wechat-personal'])('%s', { timeout: 60_000 }, async (kind) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'run.ts'), kind, '--hub', server.url, '--token', token], { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => { output += String(part); });
  try {
    await eventually(() => output.includes('Connected'), 30_000);
    await eventually(async () => (await server.api('GET', '/channels')).as(z.looseObject({ items: z.array(z.looseObject({ kind: z.string(), health: z.looseObject({ state: z.string() }) })) })).items.some((one) => one.kind === kind && one.health.state === 'ready'), 30_000);
    child.stdin.write(`ann: hello from ${kind}\n`);
    const id = await eventually(async () => (await server.api('GET', '/conversations?view=all')).as(Found).items.find((one) => one.preview === `hello from ${kind}`)?.id, 20_000);
    await server.api('POST', `/conversations/${id}/messages`, { text: `answer to ${kind}` });
    await eventually(() => output.includes(`answer to ${kind}`), 20_000);
    expect(output).toMatch(new RegExp(`-> \\S+: answer to ${kind}`));
  } finally {
    child.kill('SIGKILL');
  }
});
