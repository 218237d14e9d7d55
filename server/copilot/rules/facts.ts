/** Other words, same facts. */

const numbersIn = (text: string): Set<string> => new Set(text.normalize('NFKC').replace(/(\d)[,\s](?=\d{3}\b)/g, '$1').match(/\d+/g));
const linksIn = (text: string): Set<string> => new Set(text.match(/(?:https?:\/\/|www\.)[^\s）)\]，。"'<>]+|[\w.+-]+@[\w-]+\.[\w.-]+/gi)?.map((link) => link.toLowerCase().replace(/[.,;!?]+$/, '')));
const within = (some: Set<string>, all: Set<string>): boolean => [...some].every((one) => all.has(one));

/** Whether words, perhaps not whole yet, hold no numbers, links or addresses that the others do not. */
export const addsNothing = (before: string, after: string): boolean => within(numbersIn(after), numbersIn(before)) && within(linksIn(after), linksIn(before));

/** Whether new words hold the numbers, links and addresses of the old ones and no others. */
export function sameFacts(before: string, after: string): boolean {
  const [old, now] = [numbersIn(before), numbersIn(after)];
  const [links, linksNow] = [linksIn(before), linksIn(after)];
  return within(now, old) && within(old, now) && within(linksNow, links) && within(links, linksNow);
}
