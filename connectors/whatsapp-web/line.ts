/** Does one thing after another, each again and again until it succeeds: the store may be away, the platform forgets nothing it told once. */
const firstMs = 200;
const mostMs = 10_000;

/** @param onTrouble hears of each failure */
export function orderly(stopping: AbortSignal, onTrouble: (error: unknown, attempt: number) => void) {
  let last: Promise<void> = Promise.resolve();
  const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => {
    const done = (): void => { clearTimeout(timer); stopping.removeEventListener('abort', done); resolve(); };
    const timer = setTimeout(done, milliseconds);
    stopping.addEventListener('abort', done);
  });
  async function insist(task: (attempt: number) => Promise<void>): Promise<void> {
    for (let attempt = 1; !stopping.aborted; attempt += 1) {
      try {
        await task(attempt);
        return;
      } catch (error) {
        onTrouble(error, attempt);
        await pause(Math.min(mostMs, firstMs * 2 ** (attempt - 1)));
      }
    }
  }
  return {
    /** Resolves when it was done, or when everything stops. */
    push(task: (attempt: number) => Promise<void>): Promise<void> {
      last = last.then(() => insist(task));
      return last;
    },
    idle: (): Promise<void> => last,
  };
}
