/** An access token that is asked for once, however many want it. */

/** Seconds before its end at which a token is no longer used. */
const margin = 300;

export type TokenSource = {
  get(): Promise<string>;
  /** Another token than `bad`, which the platform has refused. */
  renew(bad: string): Promise<string>;
};

/** Asks when there is none or it ends soon; a failed question is asked again by the next caller. */
export function tokenSource(ask: () => Promise<{ token: string; expiresIn: number }>, now: () => number = Date.now): TokenSource {
  let held: { token: string; until: number } | undefined;
  let asking: Promise<string> | undefined;

  async function fresh(): Promise<string> {
    const { token, expiresIn } = await ask();
    // A token that lives shorter than the margin is still good for half of its life.
    held = { token, until: now() + Math.max(expiresIn - margin, expiresIn / 2) * 1_000 };
    return token;
  }
  const single = (): Promise<string> => (asking ??= fresh().finally(() => { asking = undefined; }));
  return {
    get: async () => (held && now() < held.until ? held.token : await single()),
    async renew(bad) {
      if (held?.token === bad) held = undefined;
      return held && now() < held.until ? held.token : await single();
    },
  };
}
