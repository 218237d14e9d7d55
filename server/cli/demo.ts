import type { Command } from 'commander';
import { chooseBot } from '../../bots/choose.ts';
import { channelKinds } from '../../connectors/index.ts';
import type { Config } from '../config.ts';
import { removeDemo } from '../demo/remove.ts';
import { seedDemo } from '../demo/seed.ts';
import { openStage } from '../demo/stage.ts';
import { openHub } from '../open-hub.ts';
import { Problem } from '../problem.ts';
import { ownSecretKey } from '../store/secret-key.ts';
import { answer, note, type WithReach } from './reach.ts';

/** `demo on`, `demo off`. */
export function demoCommands(program: Command, withReach: WithReach): void {
  const demo = program.command('demo').description('a shop with its people, 300 conversations and customers who go on writing');
  demo.command('on').description('write the demo into the database; where a server runs, stop it and use npm start -- --demo')
    .action(() => withReach(async ({ db, log }, config) => {
      if (await serverRuns(config)) throw new Problem('conflict', 'A server is running on this database. Stop it, then: npm start -- --demo');
      const { hub, stop } = await openHub({
        db, log, bot: chooseBot({ llm: config.llm }), kinds: channelKinds, publicUrl: config.publicUrl,
        secretKey: config.secretKey ?? ownSecretKey(config.dataDir), soleNode: false, s3: config.s3,
      });
      const stage = openStage(hub);
      try {
        const signIn = await seedDemo(hub, stage);
        if (!signIn) return answer('The demo is on already.');
        note(`The demo is written. Start the server, and sign in as ${signIn.email} with the password:`);
        answer(signIn.password);
      } finally {
        await stage.lower();
        await stop();
      }
    }));
  demo.command('off').description('take away everything the demo brought, and nothing else; a running server may go on')
    .action(() => withReach(async ({ db }) => {
      const removed = Object.entries(await removeDemo(db)).filter(([, count]) => count > 0);
      answer(removed.length > 0 ? `The demo is gone: ${removed.map(([name, count]) => `${count} ${name}`).join(', ')}` : 'There was no demo.');
    }));
}

async function serverRuns({ host, port }: Config): Promise<boolean> {
  const address = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return fetch(`http://${address}:${port}/healthz`, { signal: AbortSignal.timeout(2_000) }).then(() => true, () => false);
}
