/** Whether advice still fits. */
import type { Head } from '../../conversations/schema.ts';

/** The customer said the last word and waits for one of ours. */
export const isOpen = (head: Pick<Head, 'lastContactSeq' | 'lastReplySeq'>): boolean => head.lastContactSeq > head.lastReplySeq;

/** Nobody has said anything since: neither the customer nor one of us. */
export const isCurrent = (forSeq: number, head: Pick<Head, 'lastContactSeq' | 'lastReplySeq'>): boolean => isOpen(head) && head.lastContactSeq === forSeq;
