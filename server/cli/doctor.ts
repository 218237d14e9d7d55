import { constants } from 'node:fs';
import { access, mkdir, statfs } from 'node:fs/promises';
import type { Command } from 'commander';
import { type Config, readConfig } from '../config.ts';
import { openDatabase } from '../store/database.ts';
import { answer, note } from './reach.ts';

type Finding = { ok: boolean; what: string; detail: string };
type Check = { what: string; look(config: Config): Promise<string> };

const GB = 1024 ** 3;
const within = (ms: number) => AbortSignal.timeout(ms);
const because = (error: unknown): string => (error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error));

/** Each says what it found, or throws what is wrong and what to do. */
const checks: Check[] = [
  {
    what: 'Node',
    async look() {
      const [major = 0] = process.versions.node.split('.').map(Number);
      if (major < 24) throw new Error(`${process.versions.node}; the project brings Node 24: use npm start and npm run`);
      return process.versions.node;
    },
  },
  {
    what: 'data folder',
    async look({ dataDir }) {
      await mkdir(dataDir, { recursive: true });
      await access(dataDir, constants.W_OK);
      const { bavail, bsize } = await statfs(dataDir);
      if (bavail * bsize < GB) throw new Error(`${dataDir} has less than 1 GB free`);
      return `${dataDir}, ${Math.floor((bavail * bsize) / GB)} GB free`;
    },
  },
  {
    what: 'MongoDB',
    async look(config) {
      const database = await openDatabase(config, note);
      try {
        const admin = database.connection.db?.admin();
        const asked = Date.now();
        const hello = await admin?.command({ hello: 1 });
        const now = Date.now();
        const skew = hello?.['localTime'] instanceof Date ? Math.abs(hello['localTime'].getTime() - (asked + now) / 2) : 0;
        if (skew > 2_000) throw new Error(`its clock differs from ours by ${Math.round(skew / 1000)} s: run a time service on both`);
        const began = performance.now();
        await database.connection.collection('doctor').insertOne({ at: new Date() }, { writeConcern: { w: 'majority', journal: true } });
        const took = performance.now() - began;
        await database.connection.collection('doctor').drop();
        const info = await admin?.serverInfo();
        return `${info?.['version']}, set ${hello?.['setName'] ?? '(sharded)'}, ${database.embedded ? 'embedded' : 'by MONGODB_URI'}, a durable write takes ${took.toFixed(1)} ms`;
      } finally {
        await database.close();
      }
    },
  },
  {
    what: 'server',
    async look({ port, host }) {
      const address = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
      const response = await fetch(`http://${address}:${port}/readyz`, { signal: within(5_000) }).catch(() => null);
      if (!response) return `not running on port ${port}`;
      if (!response.ok) throw new Error(`port ${port} answers ${response.status}: ${(await response.text()).slice(0, 200)}`);
      return `running and ready on port ${port}`;
    },
  },
  {
    what: 'public address',
    async look({ publicUrl }) {
      const url = new URL(publicUrl);
      if (['localhost', '127.0.0.1'].includes(url.hostname)) return `${publicUrl}: this machine only; set HUB_PUBLIC_URL for platforms that call us`;
      const response = await fetch(new URL('/healthz', url), { signal: within(8_000) });
      if (!response.ok) throw new Error(`${publicUrl}/healthz answers ${response.status}`);
      return publicUrl;
    },
  },
  {
    what: 'language model',
    async look({ llm }) {
      if (!llm) return 'none; the retrieval bot answers';
      const response = await fetch(`${llm.url.replace(/\/+$/, '')}/models`, { signal: within(8_000), headers: llm.key ? { authorization: `Bearer ${llm.key}` } : {} });
      if (!response.ok) throw new Error(`${llm.url} answers ${response.status}`);
      return `${llm.model} at ${llm.url}`;
    },
  },
];

/** `doctor`. */
export function doctorCommands(program: Command): void {
  program.command('doctor').description('look at everything Hubbub needs, and say what is wrong')
    .action(async () => {
      const config = readConfig();
      for (const warning of config.warnings) note(warning);
      const findings: Finding[] = [];
      for (const { what, look } of checks) {
        const finding = await look(config).then((detail) => ({ ok: true, what, detail }), (error: unknown) => ({ ok: false, what, detail: because(error) }));
        answer(`${finding.ok ? 'ok   ' : 'WRONG'}  ${what.padEnd(15)}  ${finding.detail}`);
        findings.push(finding);
      }
      process.exitCode = findings.every(({ ok }) => ok) ? 0 : 1;
    });
}
