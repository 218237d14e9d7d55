/** What a command may touch: the database as the server sees it, without its workers and channels. */
import type mongoose from 'mongoose';
import pino from 'pino';
import { channelKinds } from '../../connectors/index.ts';
import { type Config, readConfig } from '../config.ts';
import { hubEvents } from '../events.ts';
import type { Hub } from '../hub.ts';
import { openStores } from '../open-stores.ts';
import { openDatabase } from '../store/database.ts';
import { ownSecretKey } from '../store/secret-key.ts';

export type Reach = Pick<Hub, 'store' | 'events' | 'now' | 'log'> & { db: mongoose.Connection };

/** Works beside a running server, or starts the embedded database for the moment; closes whatever it opened. */
export type WithReach = <Out>(work: (reach: Reach, config: Config) => Promise<Out>) => Promise<Out>;

/** Standard output is for what a command answers: progress goes to standard error. */
export const note = (text: string): void => { process.stderr.write(`${text}\n`); };
export const answer = (text: string): void => { process.stdout.write(`${text}\n`); };

export const withReach: WithReach = async (work) => {
  const config = readConfig();
  const log = pino({ level: 'warn' }, pino.destination(2));
  const database = await openDatabase(config, (text) => { if (!text.startsWith('MongoDB ready')) note(text); });
  try {
    const store = await openStores({ db: database.connection, kinds: channelKinds, secretKey: config.secretKey ?? ownSecretKey(config.dataDir), s3: config.s3 });
    return await work({ db: database.connection, store, events: hubEvents(log), now: () => new Date(), log }, config);
  } finally {
    await database.close();
  }
};
