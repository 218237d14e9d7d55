import { ConnectorError } from '../../connectors/connector.ts';
import { Problem } from '../problem.ts';

/** Does on the platform what a person asked for; what the platform refuses is a Problem with its words. */
export async function onPlatform<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConnectorError) throw new Problem(error.kind === 'rejected' ? 'conflict' : 'unavailable', error.words);
    throw error;
  }
}
