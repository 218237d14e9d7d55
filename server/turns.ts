import { Problem } from './problem.ts';

/** Runs work one after another per key, side by side over keys. A line of more than `longest` is refused, not grown. */
export function turns(longest = 200) {
  const lines = new Map<string, { last: Promise<unknown>; length: number }>();
  return async function take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const line = lines.get(key) ?? { last: Promise.resolve(), length: 0 };
    if (line.length >= longest) throw new Problem('unavailable', 'Too much is happening at once in this conversation. Try again in a moment.');
    line.length++;
    lines.set(key, line);
    const mine = line.last.then(work, work);
    line.last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      if (--line.length === 0 && lines.get(key) === line) lines.delete(key);
    }
  };
}

/** A line of turns: see turns(). */
export type Turns = ReturnType<typeof turns>;
