/** What a model costs. Whoever asks the bot says on whose account: purpose and queue are bound before it gets this. */

/** One call to a model, in tokens. */
export type Used = { model: string; input: number; output: number };

/** Both never reject and never throw: an account that cannot be reached keeps nobody waiting. */
export interface Spend {
  /** Whether a call may still be made. */
  left(): Promise<boolean>;
  /** Notes a call, at once. */
  book(used: Used): void;
}
