/** What a customer told that one would otherwise have to ask for again: numbers of orders and parcels, sums, days, addresses. Only what was really said. */
import type { Given, Line } from '../schema.ts';

const most = 12;
const read = 4_000;
/** First the more certain: what one line holds twice is what it was found as first. */
const KINDS: [Given['kind'], RegExp][] = [
  ['mail', /[\w.+-]{1,64}@[\w-]{1,60}(?:\.[\w-]{2,24}){1,4}/giu],
  ['amount', /(?:[¥￥$€£]|RMB|CNY|USD)\s?\d{1,9}(?:[,，]\d{3})*(?:\.\d{1,2})?|\d{1,9}(?:[,，]\d{3})*(?:\.\d{1,2})?\s?(?:元|块钱?|塊|万元|美元|dollars?|yuan|euros?)/giu],
  ['order', /(?:订单|訂單|单号|單號|运单|運單|快递|快遞|物流|order|parcel|tracking|reference|invoice)\s?(?:号码?|號碼?|编号|編號|number|no\.?|id|ref)?\s{0,3}(?:是|为|is|was|[:：#№])?\s{0,3}#?([A-Z]{0,6}[-_]?\d[A-Z\d-]{3,30})/giu],
  ['order', /\b[A-Z]{2,6}[-_]?\d{4,20}\b|#\d{4,20}\b/gu],
  ['phone', /(?<!\d)(?:\+?86[- ]?)?1[3-9]\d{9}(?!\d)|(?<![\d-])\+\d{1,3}[- ]?\d[\d -]{6,14}\d/gu],
  ['date', /(?:\d{4}[-/.年])?\d{1,2}[-/.月]\d{1,2}(?:日|号|號)?(?!\d)|(?<!\d)\d{1,2}\s?(?:日|号|號)(?!码|線|线)|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d{1,2}(?:st|nd|rd|th)?\b/giu],
];

/** Oldest first, each value once. */
export function givenIn(said: readonly Line[]): Given[] {
  const found = new Map<string, Given>();
  for (const { seq, text } of said.filter(({ by }) => by === 'contact')) {
    let left = text.slice(0, read).normalize('NFKC');
    for (const [kind, pattern] of KINDS) {
      for (const match of left.matchAll(pattern)) {
        const value = (match[1] ?? match[0]).trim();
        if (!found.has(value)) found.set(value, { kind, value, seq });
      }
      left = left.replace(pattern, (words) => ' '.repeat(words.length));
    }
  }
  return [...found.values()].slice(0, most);
}
