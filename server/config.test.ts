import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';
import { ownSecretKey } from './store/secret-key.ts';

const scratch = () => {
  const folder = mkdtempSync(join(tmpdir(), 'hubbub-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
};
const problemsOf = (env: Record<string, string>, argv: string[] = []): string[] => {
  try {
    readConfig(env, argv);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

test('an empty environment is enough', () => {
  const config = readConfig({}, []);
  expect(config).toMatchObject({ port: 4400, host: '127.0.0.1', publicUrl: 'http://localhost:4400', trustProxy: 0, logLevel: 'info', demo: false, warnings: [] });
  expect(config.mongodbUri ?? config.llm ?? config.secretKey).toBeUndefined();
});

test('a flag wins over the environment, and an empty variable counts as absent', () => {
  expect(readConfig({ HUB_PORT: '5000', HUB_HOST: '' }, ['--port', '6000', '--demo'])).toMatchObject({ port: 6000, host: '127.0.0.1', demo: true });
});

test('everything wrong is said at once, with what was read, what is expected and an example', () => {
  const problems = problemsOf({ HUB_PORT: '44o0', HUB_PUBLIC_URL: 'hub.example.com', HUB_LLM_MODEL: 'qwen3', HUB_LOG_LEVEL: 'loud', MONGODB_URI: 'postgres://x' }, ['--port']);
  expect(problems).toHaveLength(6);
  expect(problems.join('\n')).toContain('HUB_PORT is "44o0". Expected: a port from 0 (any free one) to 65535. Example: HUB_PORT=4400');
  expect(problems.join('\n')).toContain('HUB_LLM_URL is not set, and HUB_LLM_MODEL needs it');
  expect(problemsOf({ HUB_EMBEDDINGS_URL: 'http://127.0.0.1:1/v1' }).join('\n')).toContain('HUB_EMBEDDINGS_MODEL is not set, and HUB_EMBEDDINGS_URL needs it');
  expect(problems.join('\n')).toContain('--port');
});

test.each([['HUB_PORT', '65536'], ['HUB_PORT', '-1'], ['HUB_SECRET_KEY', 'c2hvcnQ='], ['HUB_TRUST_PROXY', 'yes'], ['REDIS_URL', 'http://x'], ['HUB_PUBLIC_URL', 'javascript:alert(1)'], ['HUB_S3_URL', 'https://s3.example.com/bucket'], ['HUB_S3_URL', 'https://key:se%cret@s3.example.com/bucket'], ['HUB_S3_URL', 'https://key:secret@s3.example.com']])(
  '%s=%s is refused', (name, value) => {
    expect(problemsOf({ [name]: value })).toHaveLength(1);
  },
);

test('a secret may come from a file, and is never shown', () => {
  const file = join(scratch(), 'key');
  const key = Buffer.alloc(32, 7).toString('base64');
  writeFileSync(file, `${key}\n`);
  const config = readConfig({ HUB_SECRET_KEY_FILE: file, MONGODB_URI: 'mongodb://hub:p@ss@db/hubbub', HUB_LLM_KEY: 'sk-very-secret' });
  expect(config.secretKey).toEqual(Buffer.alloc(32, 7));
  expect(JSON.stringify(config.table)).not.toMatch(new RegExp(`${key}|p@ss|ss@db|sk-very-secret`));
  expect(config.table.find(({ name }) => name === 'MONGODB_URI')?.value).toBe('"mongodb://***@db/hubbub"');
  expect(problemsOf({ HUB_SECRET_KEY: 'hunter2' })[0]).not.toContain('hunter2');
  expect(problemsOf({ HUB_SECRET_KEY_FILE: '/nowhere' })[0]).toContain('cannot be read (ENOENT)');
  expect(problemsOf({ HUB_SECRET_KEY: key, HUB_SECRET_KEY_FILE: file })[0]).toContain('both set');
});

test('a bucket is one address; its keys may hold any sign, and are never shown', () => {
  const config = readConfig({ HUB_S3_URL: 'http://key:a%2Fb%2Bc@127.0.0.1:9000/files?region=eu-1' });
  expect(config.s3).toEqual({ endpoint: 'http://127.0.0.1:9000', bucket: 'files', region: 'eu-1', accessKeyId: 'key', secretAccessKey: 'a/b+c' });
  expect(JSON.stringify(config.table)).not.toContain('a%2Fb');
  expect(readConfig({}).s3).toBeUndefined();
});

test('an unknown setting is a warning with the nearest name', () => {
  expect(readConfig({ HUB_PROT: '1', HUB_COMPLETELY_DIFFERENT: '1', OTHER: '1' }).warnings).toEqual([
    'HUB_PROT is not a setting of Hubbub. Did you mean HUB_PORT?',
    'HUB_COMPLETELY_DIFFERENT is not a setting of Hubbub.',
  ]);
});

test('our own key is made once, for this user alone, and a damaged one is not replaced', () => {
  const folder = scratch();
  const key = ownSecretKey(folder);
  expect(key).toHaveLength(32);
  expect(ownSecretKey(folder)).toEqual(key);
  expect(statSync(join(folder, 'secret.key')).mode & 0o777).toBe(0o600);
  writeFileSync(join(folder, 'secret.key'), 'x');
  expect(() => ownSecretKey(folder)).toThrow(/damaged/);
});
