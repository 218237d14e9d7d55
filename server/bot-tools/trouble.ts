import type { Words } from '../conversations/schema.ts';

/** Why a tool did not answer, for an admin: the cause and what to do. `sent`: it may have been carried out all the same. */
export class ToolTrouble extends Error {
  readonly words: Exclude<Words, string>;
  readonly sent: boolean;
  readonly status: number | undefined;
  constructor(zh: string, en: string, { sent = true, status, cause }: { sent?: boolean; status?: number; cause?: unknown } = {}) {
    super(en, { cause });
    this.words = { 'zh-CN': zh, en };
    this.sent = sent;
    this.status = status;
  }
}
