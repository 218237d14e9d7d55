/** The thread in which a day is planned; see time-lab/apart.ts. */
import { parentPort } from 'node:worker_threads';
import { z } from 'zod';
import { planner, type Past, type Task } from './rules/plan.ts';

const whole = <T>() => z.custom<T>((value) => typeof value === 'object' && value !== null);
/** First the task, then history some at a time, then the word to begin. Told by us alone, so only its outline is looked at. */
const Told = z.union([z.object({ task: whole<Task>() }), z.object({ past: z.array(whole<Past>()) }), z.object({ begin: z.literal(true) })]);
export type Told = z.infer<typeof Told>;

let planning: ReturnType<typeof planner> | null = null;

parentPort?.on('message', (message: unknown) => {
  try {
    const told = Told.parse(message);
    if ('task' in told) planning = planner(told.task);
    else if ('past' in told) planning?.add(told.past);
    else if (planning) parentPort?.postMessage({ result: planning.plan((done) => parentPort?.postMessage({ done }, [])) }, []);
  } catch (error) {
    parentPort?.postMessage({ failed: String(error).slice(0, 300) }, []);
  }
});
