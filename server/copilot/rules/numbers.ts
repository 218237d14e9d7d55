/** How the copilot fares, counted from what was shown and what agents did. */
import type { Act, Figures, Numbers, Suggestion } from '../schema.ts';

export type Shown = Pick<Suggestion, 'id' | 'at' | 'agentId' | 'sources'>;
export type Judged = Pick<Act, 'suggestionId' | 'act' | 'distance'>;

function figures(shown: readonly Shown[], judged: ReadonlyMap<string, Judged>): Figures {
  const acts = shown.flatMap(({ id }) => judged.get(id) ?? []);
  const count = (act: Judged['act']): number => acts.filter((one) => one.act === act).length;
  const [accepted, edited, rejected] = [count('accepted'), count('edited'), count('rejected')];
  const sent = acts.filter(({ act }) => act === 'accepted' || act === 'edited');
  return {
    shown: shown.length, accepted, edited, rejected,
    rate: acts.length === 0 ? null : (accepted + edited) / acts.length,
    distance: sent.length === 0 ? null : sent.reduce((sum, { distance = 0 }) => sum + distance, 0) / sent.length,
  };
}

/** Figures of all, by day of the zone, by the answer each suggestion rests on first, and by agent. */
export function numbersOf(shown: readonly Shown[], verdicts: readonly Judged[], zone: string): Numbers {
  const judged = new Map(verdicts.map((verdict) => [verdict.suggestionId, verdict]));
  const dayOf = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const days = Map.groupBy(shown, ({ at }) => dayOf.format(at));
  const topics = Map.groupBy(shown, ({ sources }) => sources[0]?.id ?? '');
  const agents = Map.groupBy(shown, ({ agentId }) => agentId);
  return {
    ...figures(shown, judged),
    agents: [...agents].map(([id, some]) => ({ id, ...figures(some, judged) })).toSorted((a, b) => b.shown - a.shown),
    days: [...days].map(([day, some]) => ({ day, ...figures(some, judged) })).toSorted((a, b) => a.day.localeCompare(b.day)),
    topics: [...topics].map(([id, some]) => ({ id, title: some.at(-1)?.sources[0]?.title ?? '', ...figures(some, judged) })).toSorted((a, b) => b.shown - a.shown),
  };
}
