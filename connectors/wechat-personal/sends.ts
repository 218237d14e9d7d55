/** Which of the account's messages are our own: every send comes back as a message, sometimes before its answer, sometimes without an id. */

/** One message of ours on its way. `shape` is its text, or 'file' and the like. */
type Flight = { key: string; conversation: string; shape: string; at: number; state: 'flying' | 'nameless' | 'lost'; landed: PromiseWithResolvers<void>; id?: string };

/** How long a message without a known id may come back, in ms. */
const memoryMs = 10 * 60_000;

export type Sends = ReturnType<typeof sends>;

export function sends(now: () => number = Date.now) {
  const ids = new Map<string, string>();
  let flights: Flight[] = [];

  function learn(id: string, key: string): void {
    ids.set(id, key);
    for (const old of ids.keys()) {
      if (ids.size <= 5_000) break;
      ids.delete(old);
    }
  }

  return {
    /** Before the call. */
    begin(key: string, conversation: string, shape: string): Flight {
      flights = flights.filter((flight) => flight.state === 'flying' || now() - flight.at < memoryMs);
      const flight: Flight = { key, conversation, shape, at: now(), state: 'flying', landed: Promise.withResolvers() };
      flights.push(flight);
      return flight;
    },

    /** After it: an id, none ('nameless'), an outcome nobody knows ('lost'), or a plain no ('failed'). */
    end(flight: Flight, outcome: { id: string } | 'nameless' | 'lost' | 'failed'): void {
      if (typeof outcome === 'object') learn(outcome.id, flight.key);
      if (outcome === 'nameless' || outcome === 'lost') flight.state = outcome;
      else flights = flights.filter((other) => other !== flight);
      flight.landed.resolve();
    },

    /** The id under which a nameless message came back, within a moment. */
    async named(flight: Flight, patienceMs: number): Promise<string | undefined> {
      const until = now() + patienceMs;
      while (flight.id === undefined && now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
      return flight.id;
    },

    /** A message of the account: null when somebody spoke on the phone, else whose it was, and whether its outcome had been lost. */
    async claim(id: string, conversation: string, shape: string): Promise<{ key: string; lost: boolean } | null> {
      const mine = ids.get(id);
      if (mine !== undefined) return { key: mine, lost: false };
      await Promise.all(flights.filter((flight) => flight.conversation === conversation && flight.state === 'flying').map((flight) => flight.landed.promise));
      const named = ids.get(id);
      if (named !== undefined) return { key: named, lost: false };
      const match = flights.find((flight) => flight.conversation === conversation && flight.shape === shape && flight.state !== 'flying' && flight.id === undefined && now() - flight.at < memoryMs);
      if (!match) return null;
      match.id = id;
      learn(id, match.key);
      const lost = match.state === 'lost';
      flights = flights.filter((flight) => flight !== match);
      return { key: match.key, lost };
    },
  };
}
