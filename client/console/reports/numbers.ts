/** The numbers of the page: what each is read from, and what stands behind it. Their names and definitions are the words `reports.number`. */
import type { Kind, Valued } from './changes.ts';
import type { Figures, Metric, Spread, Timed } from './shapes.ts';

/** `better`: which way is good news; null: neither is. */
export type NumberKind = { kind: Kind; better: 'more' | 'less' | null; metric: Metric; of: (figures: Figures) => Valued };

const count = (better: NumberKind['better'], metric: Metric, read: (figures: Figures) => number): NumberKind => ({ kind: 'count', better, metric, of: (figures) => ({ value: read(figures), of: read(figures) }) });
const share = (better: NumberKind['better'], metric: Metric, read: (figures: Figures) => number | null, of: (figures: Figures) => number): NumberKind => ({ kind: 'share', better, metric, of: (figures) => ({ value: read(figures), of: of(figures) }) });
const time = (better: NumberKind['better'], metric: Timed): NumberKind => ({ kind: 'time', better, metric, of: (figures) => ({ value: figures[metric].mean, of: figures[metric].n }) });
/** Offers of which somebody is to blame or to praise. */
const rang = ({ accepted, declined, missed }: Figures): number => accepted.n + declined + missed;

export const numbers = {
  offered: count(null, 'offered', ({ offered }) => offered),
  answered: count(null, 'answered', ({ answered }) => answered.n),
  abandoned: count('less', 'abandoned', ({ abandoned }) => abandoned.n),
  serviceLevel: share('more', 'answered', ({ serviceLevel }) => serviceLevel, ({ answered, abandonedAfter }) => answered.n + abandonedAfter),
  asa: time('less', 'answered'),
  aht: time(null, 'handled'),
  abandonRate: share('less', 'abandoned', ({ abandonRate }) => abandonRate, ({ offered }) => offered),
  shortAbandoned: count(null, 'abandoned', ({ shortAbandoned }) => shortAbandoned),
  acceptRate: share('more', 'accepted', ({ acceptRate }) => acceptRate, rang),
  ronaRate: share('less', 'missed', ({ ronaRate }) => ronaRate, rang),
  left: count(null, 'left', ({ left }) => left),
  moved: count(null, 'moved', ({ moved }) => moved),
  closed: count(null, 'closed', ({ closed }) => closed),
  handled: count(null, 'handled', ({ handled }) => handled.n),
  transferToAgent: count(null, 'toAgent', ({ toAgent }) => toAgent),
  transferToQueue: count(null, 'toQueue', ({ toQueue }) => toQueue),
  reopenRate: share('less', 'reopened', ({ reopenRate }) => reopenRate, ({ resolved }) => resolved.n),
  botOnly: count(null, 'botOnly', ({ botOnly }) => botOnly),
  replies: count(null, 'replies', ({ replies }) => replies),
  abandonTime: time(null, 'abandoned'),
  acceptTime: time('less', 'accepted'),
  firstResponse: time('less', 'firstResponses'),
  nextResponse: time('less', 'responses'),
  resolution: time('less', 'resolved'),
  resolutionNet: time('less', 'resolvedNet'),
} satisfies Record<string, NumberKind>;
export type NumberName = keyof typeof numbers;

export const allNumbers = ['offered', 'answered', 'abandoned', 'serviceLevel', 'asa', 'aht', 'abandonRate', 'shortAbandoned', 'abandonTime', 'acceptRate', 'ronaRate', 'left', 'moved', 'closed', 'handled', 'transferToAgent', 'transferToQueue', 'acceptTime', 'firstResponse', 'nextResponse', 'replies', 'resolution', 'resolutionNet', 'reopenRate', 'botOnly'] as const satisfies readonly NumberName[];
export const bigNumbers = ['offered', 'answered', 'abandoned', 'serviceLevel', 'asa', 'aht'] as const satisfies readonly NumberName[];
/** The rest, as a list. */
export const moreNumbers = ['abandonRate', 'shortAbandoned', 'moved', 'closed', 'acceptRate', 'ronaRate', 'left', 'transferToAgent', 'transferToQueue', 'reopenRate', 'botOnly'] as const satisfies readonly NumberName[];
/** Those that are times, and of which times. */
export const timeNumbers = { asa: 'answered', abandonTime: 'abandoned', acceptTime: 'accepted', aht: 'handled', firstResponse: 'firstResponses', nextResponse: 'responses', resolution: 'resolved', resolutionNet: 'resolvedNet' } as const satisfies Partial<Record<NumberName, Timed>>;
export type TimeNumber = keyof typeof timeNumbers;

export const parts = ['mean', 'p50', 'p90', 'p99'] as const satisfies readonly (keyof Spread)[];
export type SpreadPart = (typeof parts)[number] | 'max';
/** What stands behind one part of a spread: all of the mean, of a percentile those that took at least so long. */
export const atLeastOf = (part: SpreadPart, spread: Spread): { atLeast?: number } => { const value = spread[part]; return part === 'mean' || value === null ? {} : { atLeast: value }; };
