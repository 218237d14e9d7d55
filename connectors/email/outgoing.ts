/** Whether mail could go out now, known from the last mail or the last sign-in: a provider counts sign-ins. */
import { ConnectorError } from '../connector.ts';

/** Every fifth minute; trouble of the line is looked at again with every probe. */
const goodMs = 270_000;
/** Knocking on with a wrong password gets accounts locked. */
const refusedMs = 15 * 60_000;

/** @param signIn to the outgoing server; rejects with a ConnectorError */
export function outgoingProbe(signIn: () => Promise<void>, now: () => number = () => performance.now()) {
  let known: { at: number; refused: ConnectorError | null } | null = null;
  return {
    /** A mail went out. */
    went(): void { known = { at: now(), refused: null }; },
    /** Throws when mail could not go out. */
    async check(): Promise<void> {
      if (known && now() - known.at < (known.refused ? refusedMs : goodMs)) {
        if (known.refused) throw known.refused;
        return;
      }
      known = null;
      try {
        await signIn();
        known = { at: now(), refused: null };
      } catch (error) {
        if (error instanceof ConnectorError && error.kind === 'signed-out') known = { at: now(), refused: error };
        throw error;
      }
    },
  };
}
