/** The thread in which a time is replayed; see apart.ts. */
import { parentPort } from 'node:worker_threads';
import { z } from 'zod';
import { compare } from './rules/compare.ts';
import { recordedDay, type Day, type Recorded } from './rules/recorded.ts';
import type { RunInput } from './schema.ts';

const whole = <T>() => z.custom<T>((value) => typeof value === 'object' && value !== null);
/** First the day, then its conversations some at a time, then what to change. Told by us alone, so only its outline is looked at. */
const Told = z.union([z.object({ day: whole<Day>() }), z.object({ conversations: z.array(whole<Recorded>()) }), z.object({ change: whole<Pick<RunInput, 'queues' | 'policy' | 'goals'>>() })]);
export type Told = z.infer<typeof Told>;

const tellMs = 200;
let reading: ReturnType<typeof recordedDay> | null = null;

parentPort?.on('message', (message: unknown) => {
  try {
    const told = Told.parse(message);
    if ('day' in told) reading = recordedDay(told.day);
    else if ('conversations' in told) for (const one of told.conversations) reading?.add(one);
    else if (reading) {
      let last = 0;
      const result = compare(reading.replay(), told.change, (done) => {
        if (performance.now() - last < tellMs) return;
        last = performance.now();
        parentPort?.postMessage({ done }, []);
      });
      parentPort?.postMessage({ result }, []);
    }
  } catch (error) {
    parentPort?.postMessage({ failed: String(error).slice(0, 300) }, []);
  }
});
