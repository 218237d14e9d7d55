/** Reports as they come over the wire. */
import type { By, Figures, Group, Instance, Metric, Report, Spread, Timed } from '../../../server/reports/schema.ts';
import type { Conversation, Wire } from '../wire.ts';

export type { By, Figures, Group, Metric, Spread, Timed };
/** With what it is grouped by: a page that waits for other groups still shows the old ones. */
export type Told = Wire<Report> & { by: By };
/** One thing a number counts, with its conversation. */
export type Behind = Wire<Instance> & { conversation: Conversation };
/** Which part of a number is meant: of one group, of those that took so long (ms). */
type Part = { in?: By; key?: string; atLeast?: number; atMost?: number };
export type Which = Part & { metric: Metric };
