/** Why something could not be read, for people: the cause and what to do. `again`: it may work later by itself. */
export class Trouble extends Error {
  readonly words: { 'zh-CN': string; en: string };
  readonly again: boolean;
  constructor(zh: string, en: string, { again = false, cause }: { again?: boolean; cause?: unknown } = {}) {
    super(en, { cause });
    this.words = { 'zh-CN': zh, en };
    this.again = again;
  }
}

/** Larger than we read. */
export const tooLarge = (megabytes: number): Trouble => new Trouble(`内容超过 ${megabytes} MB：请拆分后再添加。`, `It is larger than ${megabytes} MB: split it and add the parts.`);

/** Small in its file, huge when unpacked. */
export const bomb = (): Trouble => new Trouble('解压后过大，可能是压缩炸弹：请用原软件重新保存，或拆分后再添加。', 'It becomes too large when unpacked, as a zip bomb would: save it again with its own program, or split it.');
