/** What happened on one channel within one hour (UTC), counted by every node. */
export type Hour = { channelId: string; hour: Date; received: number; sent: number; failed: number; unknown: number };

/** How a channel is, as its page shows it. */
export type ChannelReport = {
  state: string;
  message?: string;
  at: Date;
  /** Last message from a customer, and last message the platform took from us. */
  lastIn: Date | null;
  lastOut: Date | null;
  /** Messages of ours that wait to go out. */
  backlog: number;
  /** The last 24 hours. `errorShare` 0..1 of what we tried to send. */
  day: { received: number; sent: number; failed: number; unknown: number; errorShare: number | null };
  /** The connector runs since. */
  runningSince: Date | null;
  /** Nothing the platform had before this moment is missing here; null: the platform cannot be asked. */
  completeUntil: Date | null;
  /** Why it was not complete when last asked. */
  gap?: string;
};
