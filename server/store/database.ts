/** The connection: a cluster by MONGODB_URI, else the mongod of our own. Durability is asked for explicitly and asserted. */
import mongoose from 'mongoose';
import type { Config } from '../config.ts';
import { openMongod } from './mongod.ts';

export type Database = {
  connection: mongoose.Connection;
  embedded: boolean;
  /** Named checks of readiness. */
  ready(): Promise<Record<string, boolean>>;
  close(): Promise<void>;
};

/** Connects, or throws in words what is missing. @param say progress, for people */
export async function openDatabase(config: Pick<Config, 'mongodbUri' | 'mongodBinary' | 'dataDir'>, say: (text: string) => void): Promise<Database> {
  const mongod = config.mongodbUri ? null : await openMongod({ dataDir: config.dataDir, binary: config.mongodBinary, log: say });
  const uri = config.mongodbUri ?? mongod?.uri ?? '';
  const connection = await mongoose.createConnection(uri, {
    maxPoolSize: 50, minPoolSize: 4, serverSelectionTimeoutMS: 8_000, retryWrites: true, autoIndex: false, w: 'majority', journal: true, readConcernLevel: 'majority',
  }).asPromise();
  const hello = await connection.db?.admin().command({ hello: 1 });
  if (!hello?.['setName'] && hello?.['msg'] !== 'isdbgrid') {
    await connection.close();
    await mongod?.stop();
    throw new Error('MONGODB_URI is a single server. Hubbub needs a replica set (of one node at least): only that acknowledges a write as durable by majority.');
  }
  return {
    connection, embedded: mongod !== null,
    ready: async () => ({ database: await connection.db?.admin().ping().then(() => true, () => false) ?? false }),
    async close() {
      await connection.close();
      await mongod?.stop();
    },
  };
}
