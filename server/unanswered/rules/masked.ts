/** Personal data in a text becomes stars: what customers and colleagues wrote is kept as knowledge, not as a record of persons. */

export const STARS = '***';

const PATTERNS = [
  /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu,
  // What a link carries along may say whose it is.
  /(?<=https?:\/\/[^\s?#]+)[?#]\S+/gu,
  // Chinese addresses, from the largest part written to the number; English ones, from the number on.
  /(?:[\p{Script=Han}]{2,8}?(?:省|自治区|市))?(?:[\p{Script=Han}]{1,8}?(?:市|区|县|镇))?[\p{Script=Han}]{1,10}(?:路|街|大道|巷|弄|村|小区)[\p{Script=Han}\d-]{0,6}?\d+\s*(?:号|弄|栋|幢|楼|单元|室)(?:[\dA-Za-z-]+\s*(?:号楼|号|栋|幢|楼|层|单元|室))*/gu,
  /\b\d{1,5}[A-Za-z]?,? (?:[A-Z][\p{L}'.]+ ){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Square|Sq)\b\.?/gu,
  /\b(?:Mr|Mrs|Ms|Miss|Dr)\.? [A-Z][\p{L}'-]+/gu,
  /\b(?<=(?:[Dd]ear|Hi|Hello) )[A-Z][\p{L}'-]+(?: [A-Z][\p{L}'-]+)?/gu,
  // 'I am', 'my name is', with the name after it.
  /(?<=\b(?:I am|I'm|[Mm]y name is|[Tt]his is) )[A-Z][\p{L}'-]+(?: [A-Z][\p{L}'-]+)?/gu,
  /(?<=我叫|我是|姓名[是：:]?\s?)[\p{Script=Han}]{2,3}(?=[，,。.\s！!]|$)/gu,
  /(?<![\p{Script=Han}])[\p{Script=Han}]{1,3}(?=先生|女士|小姐)/gu,
  // Orders, parcels, cards and telephone numbers; a date stays.
  /(?<![A-Za-z0-9-])(?!\d{4}-\d{1,2}-\d{1,2}(?!\d))(?=[A-Za-z0-9-]*\d{4})[A-Za-z0-9][A-Za-z0-9-]{4,}[A-Za-z0-9](?![A-Za-z0-9])/gu,
  /(?<!\d)(?!\d{4}-\d{1,2}-\d{1,2}(?!\d))\+?\d[\d ()-]{6,}\d|\d{5,}/gu,
];

/** The text without what says who somebody is. @param names of the customer and of colleagues, wherever they stand */
export function masked(text: string, names: readonly string[] = []): string {
  const plain = PATTERNS.reduce((rest, pattern) => rest.replace(pattern, STARS), text);
  return names.map(name => name.trim()).filter(name => name.length > 1).toSorted((a, b) => b.length - a.length).reduce((rest, name) => rest.replaceAll(name, STARS), plain).replace(/\*{3}(?:[ \t]*\*{3})+/g, STARS);
}

/** A masked text as a customer would ask it: the stars say nothing. */
export const spoken = (text: string): string => text.replaceAll(STARS, ' ').replace(/\s+/g, ' ').trim();
