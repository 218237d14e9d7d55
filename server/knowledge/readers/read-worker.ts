/** The thread in which documents are read; see read-apart.ts. */
import { parentPort } from 'node:worker_threads';
import { z } from 'zod';
import { Format } from '../schema.ts';
import { Trouble } from '../trouble.ts';
import { readAndSplit } from './read.ts';

const Task = z.object({ format: Format.exclude(['sitemap']), bytes: z.instanceof(Uint8Array), charset: z.string() });

parentPort?.on('message', (message: unknown) => {
  readAndSplit(Task.parse(message)).then(
    (found) => parentPort?.postMessage({ found }, []),
    (error: unknown) => parentPort?.postMessage({ words: error instanceof Trouble ? error.words : null, said: String(error).slice(0, 200) }, []),
  );
});
