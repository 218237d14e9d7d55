/** The settings, and the only reader of the environment. Everything that is wrong is said at once, in words. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs, parseEnv } from 'node:util';
import { z } from 'zod';
import { ReadMoods } from './sentiment/schema.ts';

const address = (...schemes: string[]) => z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && schemes.includes(url.protocol) && url.host !== '';
});
const aKey = z.base64().transform((text) => Buffer.from(text, 'base64')).refine((key) => key.length === 32);

const isBucket = ({ username, password, pathname }: URL): boolean => username !== '' && password !== '' && !/%(?![0-9a-f]{2})/i.test(username + password) && /^\/[a-z0-9][a-z0-9.-]{1,62}\/?$/.test(pathname);

const Settings = z.object({
  HUB_PORT: z.string().regex(/^\d{1,5}$/).transform(Number).refine((port) => port <= 65_535).default(4400),
  HUB_HOST: z.string().regex(/^[\w.:-]+$/).default('127.0.0.1'),
  HUB_DATA_DIR: z.string().default('./data'),
  HUB_PUBLIC_URL: address('http:', 'https:').optional(),
  HUB_TRUST_PROXY: z.string().regex(/^\d$/).transform(Number).default(0),
  HUB_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  HUB_PROBE_SECONDS: z.string().regex(/^\d{1,4}$/).transform(Number).refine((seconds) => seconds >= 4 && seconds <= 3600).default(60),
  HUB_SECRET_KEY: aKey.optional(),
  HUB_KNOWLEDGE_PRIVATE_HOSTS: z.string().regex(/^[\w.:[\]-]+(?:\s*,\s*[\w.:[\]-]+)*$/).transform((text) => text.toLowerCase().split(/\s*,\s*/)).default([]),
  HUB_LLM_URL: address('http:', 'https:').optional(),
  HUB_LLM_KEY: z.string().optional(),
  HUB_LLM_MODEL: z.string().optional(),
  HUB_LLM_MOODS: ReadMoods.default('off'),
  HUB_EMBEDDINGS_URL: address('http:', 'https:').optional(),
  HUB_EMBEDDINGS_KEY: z.string().optional(),
  HUB_EMBEDDINGS_MODEL: z.string().max(200).optional(),
  MONGODB_URI: z.string().regex(/^mongodb(\+srv)?:\/\/[^/]+/).optional(),
  MONGOD_BINARY: z.string().optional(),
  REDIS_URL: address('redis:', 'rediss:').optional(),
  HUB_S3_URL: address('http:', 'https:').refine((text) => URL.canParse(text) && isBucket(new URL(text))).optional(),
});

type Name = keyof typeof Settings.shape;
type About = { meaning: string; expected: string; example: string; secret?: true };

const about: Record<Name, About> = {
  HUB_PORT: { meaning: 'Port of the console, the API and the widget', expected: 'a port from 0 (any free one) to 65535', example: '4400' },
  HUB_HOST: { meaning: 'Address to listen on; 0.0.0.0 is every one of this machine', expected: 'an address or a host name', example: '0.0.0.0' },
  HUB_DATA_DIR: { meaning: 'Folder of the embedded database and of our own key', expected: 'a folder we may write to', example: './data' },
  HUB_PUBLIC_URL: { meaning: 'How customers and platforms reach us from outside', expected: 'an http or https address', example: 'https://hub.example.com' },
  HUB_TRUST_PROXY: { meaning: 'Number of proxies in front of us whose X-Forwarded-For we believe', expected: 'a number from 0 to 9', example: '1' },
  HUB_LOG_LEVEL: { meaning: 'How much is logged', expected: 'trace, debug, info, warn, error or silent', example: 'info' },
  HUB_PROBE_SECONDS: { meaning: 'How often each channel is probed; one that is down is known after two of these', expected: 'a number of seconds from 4 to 3600', example: '60' },
  HUB_SECRET_KEY: { meaning: 'Encrypts channel secrets; made and kept in the data folder when absent', expected: '32 bytes in base64', example: '$(openssl rand -base64 32)', secret: true },
  HUB_KNOWLEDGE_PRIVATE_HOSTS: { meaning: 'Hosts inside our network that documents may be read from; without it only public ones', expected: 'hosts or host:port, separated by commas', example: 'wiki.internal,10.0.0.7:8080' },
  HUB_LLM_URL: { meaning: 'OpenAI-compatible endpoint of the language model bot', expected: 'an http or https address', example: 'http://127.0.0.1:11434/v1' },
  HUB_LLM_KEY: { meaning: 'Key of that endpoint', expected: 'the key as its provider shows it', example: 'sk-...', secret: true },
  HUB_LLM_MODEL: { meaning: 'Model name at that endpoint', expected: 'a model name', example: 'qwen3' },
  HUB_EMBEDDINGS_URL: { meaning: 'OpenAI-compatible endpoint of an embedding model: the bot then also finds answers that share no word with the question', expected: 'an http or https address', example: 'http://127.0.0.1:11434/v1' },
  HUB_EMBEDDINGS_KEY: { meaning: 'Key of that endpoint', expected: 'the key as its provider shows it', example: 'sk-...', secret: true },
  HUB_EMBEDDINGS_MODEL: { meaning: 'Embedding model at that endpoint', expected: 'a model name', example: 'bge-m3' },
  HUB_LLM_MOODS: { meaning: 'About which messages of customers the model is asked how they feel: none, those the words leave unsure, or all', expected: 'off, unsure or all', example: 'unsure' },
  MONGODB_URI: { meaning: 'A MongoDB replica set; the embedded one runs when absent', expected: 'a mongodb:// or mongodb+srv:// address', example: 'mongodb://db1,db2,db3/hubbub?replicaSet=rs0', secret: true },
  MONGOD_BINARY: { meaning: 'The mongod that the embedded database runs', expected: 'the path of a mongod', example: '/usr/bin/mongod' },
  REDIS_URL: { meaning: 'Connects several nodes; not needed for one', expected: 'a redis:// or rediss:// address', example: 'redis://127.0.0.1:6379', secret: true },
  HUB_S3_URL: { meaning: 'S3-compatible bucket for the bytes of files; MongoDB keeps them when absent', expected: 'an address with access key, secret key (both percent-encoded) and bucket', example: 'https://KEY:SECRET@s3.example.com/bucket?region=eu-1', secret: true },
};
const names = Object.keys(about).filter((name): name is Name => name in about);

type Row = { name: string; value: string; from: string; meaning: string };

export type Config = {
  port: number;
  host: string;
  dataDir: string;
  /** Without a slash at the end. */
  publicUrl: string;
  trustProxy: number;
  logLevel: z.output<typeof Settings>['HUB_LOG_LEVEL'];
  /** Between two probes of a channel. */
  probeMs: number;
  /** Hosts of the inside that documents may be read from. */
  privateHosts: readonly string[];
  /** Absent: `ownSecretKey` keeps one in the data folder. */
  secretKey?: Buffer | undefined;
  readMoods: ReadMoods;
  llm?: { url: string; key?: string | undefined; model: string } | undefined;
  embeddings?: { url: string; key?: string | undefined; model: string } | undefined;
  /** Absent: the embedded MongoDB. */
  mongodbUri?: string | undefined;
  mongodBinary?: string | undefined;
  redisUrl?: string | undefined;
  /** Absent: files lie in MongoDB. */
  s3?: { endpoint: string; bucket: string; region: string; accessKeyId: string; secretAccessKey: string } | undefined;
  demo: boolean;
  /** For the log: settings we do not know. */
  warnings: string[];
  /** For people: every setting, its secrets masked, and where it came from. */
  table: Row[];
};

/** All that is wrong with the settings, one line each. */
export class ConfigError extends Error {
  readonly problems: string[];
  constructor(problems: string[]) {
    super(`Hubbub cannot start: ${problems.length === 1 ? 'a setting is' : `${problems.length} settings are`} wrong.\n${problems.map((line) => `  ${line}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Reads flags, environment, .env and defaults, in this order; throws a ConfigError that names everything wrong. */
export function readConfig(env: Record<string, string | undefined> = environment(), argv: string[] = []): Config {
  const problems: string[] = [];
  const given: Partial<Record<Name, { text: string; from: string }>> = {};
  for (const name of names) {
    const text = env[name]?.trim();
    const file = env[`${name}_FILE`]?.trim();
    if (text && file) problems.push(`${name} and ${name}_FILE are both set: keep one.`);
    if (text) given[name] = { text, from: 'environment' };
    else if (file) {
      try {
        given[name] = { text: readFileSync(file, 'utf8').trim(), from: `file ${file}` };
      } catch (error) {
        problems.push(`${name}_FILE is ${JSON.stringify(file)}, which cannot be read (${error instanceof Error && 'code' in error ? error.code : error}).`);
      }
    }
  }
  const flags = readFlags(argv, problems);
  if (flags.port) given.HUB_PORT = { text: flags.port, from: 'flag --port' };

  const parsed = Settings.safeParse(Object.fromEntries(Object.entries(given).map(([name, { text }]) => [name, text])));
  for (const issue of parsed.error?.issues ?? []) {
    const name = names.find((one) => one === issue.path[0]);
    if (!name) continue;
    problems.push(`${name} is ${mask(name, given[name]?.text ?? '')}. Expected: ${about[name].expected}. Example: ${name}=${about[name].example}`);
  }
  if (given.HUB_LLM_MODEL && !given.HUB_LLM_URL) problems.push(missing('HUB_LLM_URL', 'HUB_LLM_MODEL'));
  if (given.HUB_LLM_URL && !given.HUB_LLM_MODEL) problems.push(missing('HUB_LLM_MODEL', 'HUB_LLM_URL'));
  if (given.HUB_EMBEDDINGS_MODEL && !given.HUB_EMBEDDINGS_URL) problems.push(missing('HUB_EMBEDDINGS_URL', 'HUB_EMBEDDINGS_MODEL'));
  if (given.HUB_EMBEDDINGS_URL && !given.HUB_EMBEDDINGS_MODEL) problems.push(missing('HUB_EMBEDDINGS_MODEL', 'HUB_EMBEDDINGS_URL'));
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);

  const value = parsed.data;
  const { HUB_LLM_URL: url, HUB_LLM_MODEL: model, HUB_EMBEDDINGS_URL: embeddingsUrl, HUB_EMBEDDINGS_MODEL: embeddingsModel } = value;
  return {
    port: value.HUB_PORT,
    host: value.HUB_HOST,
    dataDir: resolve(value.HUB_DATA_DIR),
    publicUrl: (value.HUB_PUBLIC_URL ?? `http://localhost:${value.HUB_PORT}`).replace(/\/+$/, ''),
    trustProxy: value.HUB_TRUST_PROXY,
    logLevel: value.HUB_LOG_LEVEL,
    probeMs: value.HUB_PROBE_SECONDS * 1000,
    privateHosts: value.HUB_KNOWLEDGE_PRIVATE_HOSTS,
    secretKey: value.HUB_SECRET_KEY,
    readMoods: value.HUB_LLM_MOODS,
    llm: url && model ? { url, model, key: value.HUB_LLM_KEY } : undefined,
    embeddings: embeddingsUrl && embeddingsModel ? { url: embeddingsUrl, model: embeddingsModel, key: value.HUB_EMBEDDINGS_KEY } : undefined,
    mongodbUri: value.MONGODB_URI,
    mongodBinary: value.MONGOD_BINARY,
    redisUrl: value.REDIS_URL,
    s3: value.HUB_S3_URL ? bucketOf(new URL(value.HUB_S3_URL)) : undefined,
    demo: flags.demo,
    warnings: unknownNames(env),
    table: names.map((name) => {
      const { text, from } = given[name] ?? { text: '', from: 'default' };
      return { name, value: text ? mask(name, text) : String(value[name] ?? ''), from, meaning: about[name].meaning };
    }),
  };
}

function bucketOf(url: URL): NonNullable<Config['s3']> {
  return {
    endpoint: url.origin, bucket: url.pathname.replaceAll('/', ''), region: url.searchParams.get('region') ?? 'us-east-1',
    accessKeyId: decodeURIComponent(url.username), secretAccessKey: decodeURIComponent(url.password),
  };
}

/** The process's environment over the `.env` file beside package.json. */
function environment(): Record<string, string | undefined> {
  return { ...(existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {}), ...process.env };
}

function readFlags(argv: string[], problems: string[]): { demo: boolean; port?: string | undefined } {
  try {
    const { values } = parseArgs({ args: argv, options: { demo: { type: 'boolean', default: false }, port: { type: 'string' } } });
    return values;
  } catch (error) {
    problems.push(`${error instanceof Error ? error.message.split('. ')[0] : error}. Known: --demo, --port NUMBER`);
    return { demo: false };
  }
}

const missing = (name: Name, because: Name) => `${name} is not set, and ${because} needs it. Example: ${name}=${about[name].example}`;

/** What may be shown: of a secret address the password is hidden, of any other secret everything. */
function mask(name: Name, text: string): string {
  if (!about[name].secret) return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
  const [, scheme, rest] = /^(\w[\w+]*:\/\/)(.*)$/s.exec(text) ?? [];
  if (scheme && rest !== undefined) return JSON.stringify(`${scheme}${rest.replace(/^.*@/s, '***@')}`);
  return `*** (${text.length} characters)`;
}

function unknownNames(env: Record<string, string | undefined>): string[] {
  const known = new Set(names.flatMap((name) => [name, `${name}_FILE`]));
  return Object.keys(env).filter((name) => name.startsWith('HUB_') && !known.has(name)).map((name) => {
    const [nearest] = [...known].map((one) => ({ one, far: distance(name, one) })).sort((a, b) => a.far - b.far);
    return `${name} is not a setting of Hubbub.${nearest && nearest.far <= 4 ? ` Did you mean ${nearest.one}?` : ''}`;
  });
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** LangChain reports every turn to a service of its maker's when the environment asks for it; conversations stay here. */
export function keepTurnsHere(): void {
  for (const name of ['LANGSMITH_TRACING', 'LANGCHAIN_TRACING_V2', 'LANGSMITH_TRACING_V2']) process.env[name] = 'false';
}
