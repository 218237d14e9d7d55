/** Whether advice still fits. */
import type { Head } from '../../conversations/schema.ts';

type Open = Pick<Head, 'status' | 'lastContactSeq' | 'lastReplySeq'>;

/** The customer said the last word and waits for one of ours. */
export const isOpen = (head: Open): boolean => head.status !== 'resolved' && head.lastContactSeq > head.lastReplySeq;

/** Nobody has said anything since: neither the customer nor one of us. */
export const isCurrent = (forSeq: number, head: Open): boolean => isOpen(head) && head.lastContactSeq === forSeq;
