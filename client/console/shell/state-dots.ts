/** The colour of each agent state. */
import type { AgentState } from '../wire.ts';

export const stateDots: Record<AgentState, string> = {
  available: 'bg-green-500', busy: 'bg-red-500', break: 'bg-amber-500', training: 'bg-violet-500', outbound: 'bg-sky-500', offline: 'bg-slate-400', missed: 'bg-red-700', away: 'bg-slate-300',
};
