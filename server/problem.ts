/** A mistake of the caller, in words: what is wrong and what to do. Everything else that is thrown is our bug. */

/** The one table of codes and their HTTP status. */
export const problemStatus = {
  invalid: 400,
  'not-signed-in': 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  gone: 410,
  'too-large': 413,
  'not-supported': 415,
  'too-many': 429,
  unavailable: 503,
} as const;

export type ProblemCode = keyof typeof problemStatus;

export class Problem extends Error {
  readonly code: ProblemCode;
  /** Per-field messages: 'config.host' -> 'is required, e.g. imap.example.com'. */
  readonly fields: Record<string, string>;
  /** The message in the languages of our people; absent where there is one only. */
  readonly words: { 'zh-CN': string; en: string } | undefined;
  constructor(code: ProblemCode, message: string | { 'zh-CN': string; en: string }, fields: Record<string, string> = {}, options?: ErrorOptions) {
    super(typeof message === 'string' ? message : message.en, options);
    this.code = code;
    this.fields = fields;
    this.words = typeof message === 'string' ? undefined : message;
  }
}
