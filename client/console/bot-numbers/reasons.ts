/** Why the bot handed over, in words; a reason that has none yet by its own name. */
export const reasonName = (reason: string, t: (key: string) => string, te: (key: string) => boolean): string => (te(`handOver.reason.${reason}`) ? t(`handOver.reason.${reason}`) : reason);
