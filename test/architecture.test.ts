/** The house rules that the compiler does not hold. docs/architecture.md says what they are for. */
import { expect, test } from 'vitest';
import { importsOf, type Source, sources } from './setup/sources.ts';

const all = sources();
const shipped = all.filter(({ isTest }) => !isTest);

/** The one folder (or file) that may use a package. A new package gets a line here, and so an owner. */
const owners: Record<string, RegExp> = {
  mongoose: /^server\/(store\/|[\w-]+\/store\.ts$|main\.ts$)/,
  'mongodb-memory-server-core': /^server\/store\/mongod/,
  express: /^server\/http\//,
  helmet: /^server\/http\//,
  'rate-limiter-flexible': /^server\/http\//,
  'prom-client': /^server\/http\//,
  '@asteasolutions/zod-to-openapi': /^server\/http\//,
  'swagger-ui-dist': /^server\/http\//,
  'socket.io': /^server\/live\//,
  'socket.io-parser': /^server\/live\//,
  '@node-rs/argon2': /^server\/people\//,
  'file-type': /^server\/attachments\//,
  pino: /^server\/(main\.ts$|cli\/)/,
  commander: /^server\/cli(\.ts$|\/)/,
  'csv-parse': /^server\/(answers|knowledge|training)\//,
  'csv-stringify': /^server\/(answers|unanswered|training|bot-numbers|reports)\//,
  unpdf: /^server\/knowledge\//,
  mammoth: /^server\/knowledge\//,
  '@mozilla/readability': /^server\/knowledge\//,
  linkedom: /^server\/knowledge\//,
  'opencc-js': /^(bots|server\/answers)\//,
  minisearch: /^(server\/answers|bots\/retrieval)\//,
  'lru-cache': /^server\//,
  cockatiel: /^bots\//,
  langchain: /^bots\/langchain\//,
  '@langchain/core': /^bots\/langchain\//,
  '@langchain/openai': /^bots\/langchain\//,
  '@langchain/langgraph': /^bots\/langchain\//,
  '@modelcontextprotocol/sdk': /^server\/bot-tools\//,
  imapflow: /^connectors\/email\//,
  nodemailer: /^connectors\/email\//,
  'postal-mime': /^connectors\/email\//,
  'email-reply-parser': /^connectors\/email\//,
  'html-to-text': /^connectors\/email\//,
  'sanitize-html': /^connectors\/email\//,
  wechaty: /^connectors\/wechat-personal\//,
  'wechaty-puppet': /^connectors\/wechat-personal\//,
  'wechaty-puppet-service': /^connectors\/wechat-personal\//,
  'file-box': /^connectors\/wechat-personal\//,
  'whatsapp-web.js': /^connectors\/whatsapp-web\//,
  twilio: /^connectors\/twilio-(sms|voice)\//,
  'fast-xml-parser': /^connectors\/tencent\//,
  sharp: /^server\/attachments\//,
  'libphonenumber-js': /^server\/contacts\//,
  jose: /^connectors\/webchat\//,
  standardwebhooks: /^connectors\/api\//,
  yaml: /^server\/routing-rules\//,
  zod: /^(server|connectors|bots|client)\//,
  'socket.io-client': /^client\//,
  vue: /^client\//,
  'vue-router': /^client\/console\//,
  'vue-i18n': /^client\/(console|ui|i18n)\//,
  pinia: /^client\/console\//,
  '@pinia/colada': /^client\/console\//,
  '@nuxt/ui': /^client\/(console|ui)\//,
  '@tanstack/vue-virtual': /^client\/(console|ui)\//,
  'idb-keyval': /^client\/console\//,
  uqr: /^client\/ui\//,
  echarts: /^client\/console\//,
  'vue-echarts': /^client\/console\//,
  dompurify: /^client\//,
  vite: /^client\/[\w-]+\/vite\.config\.ts$/,
  '@vitejs/plugin-vue': /^client\/[\w-]+\/vite\.config\.ts$/,
};

/** A noun knows its own level and those below; every noun's schema.ts lies beneath them all. */
const levels = [['people', 'contacts', 'channels', 'attachments', 'settings', 'labels', 'canned-replies', 'drafts', 'calendars'], ['conversations'], ['routing', 'answers', 'embeddings', 'channel-health', 'authorizations'], ['bot-tools', 'bot-conduct', 'bot-spend', 'knowledge', 'unanswered', 'training', 'copilot', 'sentiment', 'bot-numbers', 'closing', 'sla', 'routing-rules', 'breaks', 'reports', 'time-lab', 'staffing'], ['demo'], ['http', 'live']];
const level = (noun: string) => levels.findIndex((nouns) => nouns.includes(noun));
/** Files of routes speak HTTP: they stand at its level, in the noun's folder. */
const levelOf = ({ path }: { path: string }) => (/\/(routes|acts)\.ts$/.test(path) ? level('http') : level(nounOf(path)));

const nounOf = (path: string) => /^server\/([\w-]+)\//.exec(path)?.[1] ?? '';

/** Tables, which may be longer than 300 lines. */
const tables = new Set(['client/i18n/en.ts', 'client/i18n/zh-CN.ts', 'client/i18n/bot/en.ts', 'client/i18n/bot/zh-CN.ts', 'client/i18n/operations/en.ts', 'client/i18n/operations/zh-CN.ts', 'client/console/wire.ts']);

const isRule = ({ path }: Source) => /^server\/[\w-]+\/rules(\.ts$|\/)/.test(path);
const isSchema = (path: string) => /^server\/[\w-]+\/schema\.ts$/.test(path);
const found = (files: Source[], pattern: RegExp) => files.flatMap(({ path, text }) => text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])));
const arrows = (files: Source[], wrong: (from: Source, to: string, typesOnly: boolean) => boolean) =>
  files.flatMap((from) => from.imports.filter(({ relative, to, typesOnly }) => relative && wrong(from, to, typesOnly)).map(({ to }) => `${from.path} -> ${to}`));

test('the files are there to be looked at', () => {
  expect(all.length).toBeGreaterThan(50);
  expect(shipped.filter(isRule).length).toBeGreaterThan(3);
  expect(importsOf('server/a/b.ts', "import { type A, type B } from '../c/d.ts';\nconst x = await import('pkg/lib');\nexport { y } from '@s/p/q';")).toEqual([
    { text: '../c/d.ts', relative: true, to: 'server/c/d.ts', typesOnly: true },
    { text: 'pkg/lib', relative: false, to: 'pkg', typesOnly: false },
    { text: '@s/p/q', relative: false, to: '@s/p', typesOnly: false },
  ]);
});

test('each package is used by the one folder that owns it', () => {
  const wrong = shipped.flatMap(({ path, imports }) => imports
    .filter(({ relative, text, to, typesOnly }) => !relative && !typesOnly && !text.startsWith('node:') && !owners[to]?.test(path))
    .map(({ to }) => `${path} uses ${to}`));
  expect(wrong).toEqual([]);
});

test('only server/config.ts reads the environment', () => {
  expect(found(shipped.filter(({ path }) => path !== 'server/config.ts'), /process\.env|import\.meta\.env\.(?!DEV|PROD)/)).toEqual([]);
});

test('rules have no clock and no dice', () => {
  expect(found(shipped.filter(isRule), /Date\.now|new Date\(\)|Math\.random|performance\.|crypto\./)).toEqual([]);
});

test('a connector knows its own folder, the contract and schemas; two of one house share a folder', () => {
  // Official Accounts and WeCom sign, encrypt and answer alike; bytes are measured alike.
  const shared = new Set(['tencent', 'wire']);
  const folder = (path: string) => /^connectors\/([\w-]+)\//.exec(path)?.[1];
  expect(arrows(shipped.filter(({ path }) => folder(path)), ({ path }, to) =>
    !(to === 'connectors/connector.ts' || isSchema(to) || folder(to) === folder(path) || shared.has(folder(to) ?? '')))).toEqual([]);
  expect(arrows(shipped.filter(({ path }) => path === 'connectors/connector.ts'), (_, to) => !isSchema(to))).toEqual([]);
});

test('the client takes only types from the server: a value would bring the validator along', () => {
  expect(arrows(shipped.filter(({ path }) => path.startsWith('client/')), (_from, to, typesOnly) => to.startsWith('server/') && !typesOnly)).toEqual([]);
});

test('bots and the client know schemas of the server, and nothing else of it', () => {
  expect(arrows(shipped.filter(({ path }) => path.startsWith('bots/')), (_, to) => !(to.startsWith('bots/') || isSchema(to)))).toEqual([]);
  expect(arrows(shipped.filter(({ path }) => path.startsWith('client/')), (_, to) => !(to.startsWith('client/') || isSchema(to)))).toEqual([]);
  expect(arrows(shipped.filter(({ path }) => path.startsWith('client/widget/')), (_, to, typesOnly) => isSchema(to) && !typesOnly)).toEqual([]);
});

test('a noun never uses a higher one', () => {
  const nouns = shipped.filter(({ path }) => levelOf({ path }) >= 0);
  expect(arrows(nouns, (from, to) => !isSchema(to) && level(nounOf(to)) > levelOf(from))).toEqual([]);
});

test('every folder of the server is a noun with a level, or the store', () => {
  const unknown = new Set(shipped.map(({ path }) => nounOf(path)).filter((noun) => noun && noun !== 'store' && noun !== 'cli' && level(noun) < 0));
  expect([...unknown]).toEqual([]);
});

test("a noun never reads another noun's store", () => {
  expect(arrows(shipped.filter(({ path }) => nounOf(path)), ({ path }, to) => /^server\/[\w-]+\/store\.ts$/.test(to) && nounOf(to) !== nounOf(path))).toEqual([]);
});

test('no file is longer than 300 lines, tables excepted', () => {
  expect(all.filter(({ path, lines }) => lines > 300 && !tables.has(path)).map(({ path, lines }) => `${path} has ${lines}`)).toEqual([]);
});

test('relative imports name the file, and there are no barrels', () => {
  expect(all.flatMap(({ path, imports }) => imports.filter(({ relative, to }) => relative && !/\.(ts|vue|json|css|html)$/.test(to)).map(({ text }) => `${path}: ${text}`))).toEqual([]);
  expect(shipped.filter(({ path, text }) => path.endsWith('/index.ts') && /^export \* from/m.test(text)).map(({ path }) => path)).toEqual([]);
});

test('no emoji, no paths of somebody\'s machine', () => {
  expect(found(shipped, /\p{Emoji_Presentation}/u)).toEqual([]);
  expect(found(all.filter(({ path }) => path !== 'test/architecture.test.ts'), /['"`/ ](\/work\/|\/root\/|\/home\/\w)/)).toEqual([]);
});

test('no vague names', () => {
  expect(shipped.filter(({ path }) => /[/-](manager|helpers?|utils?|service|base|common|misc)\.(ts|vue)$/i.test(path)).map(({ path }) => path)).toEqual([]);
});
