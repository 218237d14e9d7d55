/** The composition root: settings -> database -> hub -> http -> sockets; stops in reverse. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pino from 'pino';
import { chooseJudge } from '../bots/judge.ts';
import { chooseBot, chooseWriter } from '../bots/choose.ts';
import { embedder } from '../bots/embeddings/embedder.ts';
import { channelKinds } from '../connectors/index.ts';
import { ConfigError, keepTurnsHere, readConfig } from './config.ts';
import { seedDemo } from './demo/seed.ts';
import { startCustomers } from './demo/customers.ts';
import { openStage } from './demo/stage.ts';
import { httpApp } from './http/app.ts';
import { hooks } from './http/hooks.ts';
import { openGateway } from './live/gateway.ts';
import { openHub } from './open-hub.ts';
import { plainError } from './plain-error.ts';
import { setupNeeded, setupToken } from './people/setup.ts';
import { openDatabase } from './store/database.ts';
import { ownSecretKey } from './store/secret-key.ts';
import { welcome } from './welcome.ts';

const version = '0.1.0';
const drainMs = 10_000;

async function main(): Promise<void> {
  keepTurnsHere();
  const config = readConfig(undefined, process.argv.slice(2));
  const log = pino({ level: config.logLevel, serializers: { err: plainError } });
  for (const warning of config.warnings) log.warn(warning);
  process.on('unhandledRejection', error => { log.fatal({ err: error }, 'a promise was rejected and nobody caught it'); process.exit(1); });

  const database = await openDatabase(config, text => log.info(text));
  const { hub, stop } = await openHub({
    db: database.connection, log, bot: chooseBot({ llm: config.llm }), judge: chooseJudge({ llm: config.llm }), writer: chooseWriter({ llm: config.llm }), readMoods: config.readMoods, embedder: config.embeddings && embedder(config.embeddings), kinds: channelKinds, publicUrl: config.publicUrl, dataDir: config.dataDir,
    secretKey: config.secretKey ?? ownSecretKey(config.dataDir), soleNode: database.embedded, s3: config.s3, probeMs: config.probeMs, privateHosts: config.privateHosts,
  });
  const app = httpApp(hub, { version, trustProxy: config.trustProxy, clientDir: join(dirname(import.meta.dirname), 'client'), ready: database.ready });
  const serveHook = hooks(hub);
  const server = createServer({ keepAliveTimeout: 65_000, headersTimeout: 10_000, requestTimeout: 120_000 }, (request, response) => { if (!serveHook(request, response)) app(request, response); });
  const gateway = openGateway(hub, server, config.trustProxy);
  server.listen(config.port, config.host);
  await once(server, 'listening');
  const stage = openStage(hub, here(server.address(), config.host));
  const demo = config.demo ? await seedDemo(hub, stage) : null;
  const customers = startCustomers(hub, stage);
  welcome({ config, version, setupToken: await setupNeeded(hub) ? setupToken : null, channels: await hub.store.channels.list(), embedded: database.embedded, demo, simulated: stage.isThere });

  let ending = false;
  const end = async (signal: string) => {
    if (ending) return;
    ending = true;
    log.info({ signal }, 'stopping');
    await customers.stop();
    const closed = once(server, 'close');
    server.close();
    gateway.close();
    await Promise.race([closed, pause(drainMs)]);
    server.closeAllConnections();
    await stop();
    await database.close();
    process.exit(0);
  };
  process.on('SIGTERM', signal => { void end(signal); });
  process.on('SIGINT', signal => { void end(signal); });
}

/** Where this process listens, as seen from this machine. */
function here(address: ReturnType<Server['address']>, host: string): string {
  const port = typeof address === 'object' && address ? address.port : 0;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
