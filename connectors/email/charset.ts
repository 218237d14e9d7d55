/** Letters that every later stage can take. */

/** Windows has letters where Latin-1 has control characters, and decoders confuse the two: quotation marks, dashes and the euro. */
const letters = '€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ';
const windows = (control: string): string => letters[control.charCodeAt(0) - 0x80] ?? '';

/** Text that every later stage can take: no NUL, no lone surrogates, no control characters but tab and newline. */
export const clean = (text: string): string => text.replace(/[\u0080-\u009F]/g, windows).replace(/[^\P{Cc}\t\r\n]/gu, '').toWellFormed();

/** One line of it: what goes into subjects and names. */
export const oneLine = (text: string): string => clean(text.replace(/[\r\n\t]+/g, ' ')).replace(/\s{2,}/g, ' ').trim();
