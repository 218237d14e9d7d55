/** What a model says is believed as far as its sources go. Pure: text and findings in, a reply or a reason to refuse out. */
import type { Finding, Reply } from '../bot.ts';
import type { Stopped } from '../guard/outgoing.ts';
import { unprovedPromises } from '../guard/promises.ts';

/** The model found nothing that answers: said alone, it means hand over. */
export const NO_ANSWER = 'HANDOVER';
/** Why a model's words were not used. */
export type Refusal = 'empty' | 'no-answer' | 'uncited' | 'unknown-source' | 'far-fetched' | 'leak' | 'unsupported-number' | 'promise' | Stopped;
/** The words, ready to be sent, or why not. */
export type Judged = { reply: Reply } | { refused: Refusal };

/** A source may be this uncertain for the words alone: a model understands more than words. Less is an excuse, no source. */
export const CITE_FLOOR = 0.15;
const LONGEST = 4_000;

const plain = (text: string): string => text.normalize('NFKC').toLowerCase();
const squeezed = (text: string): string => plain(text).replace(/[^\p{L}\p{N}]+/gu, '');

// A secret may be spelled apart, backwards or in base64; what it looks like then is looked for too.
function leaks(text: string, canary: string): boolean {
  const said = squeezed(text);
  const secret = squeezed(canary);
  return [secret, [...secret].toReversed().join(''), squeezed(btoa(canary)).slice(0, -2)].some((form) => said.includes(form));
}

const hostsIn = (text: string): string[] => [...text.matchAll(/https?:\/\/([^\s/?#)\]>"'，。）]+)/giu)].map((match) => (match[1] ?? '').toLowerCase());

/** Images, markup and links away, but for links to hosts that the sources name. */
export function clean(text: string, hosts: ReadonlySet<string>): string {
  const allowed = (address: string): boolean => {
    const url = URL.parse(address);
    return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && hosts.has(url.host.toLowerCase());
  };
  return text
    .slice(0, LONGEST * 4)
    .replace(/\p{Cf}|(?![\n\t])\p{Cc}/gu, '')
    .replace(/!\[[^\]]{0,500}\](?:\([^)]{0,4000}\)|\[[^\]]{0,200}\])?/gu, '')
    .replace(/\[([^\]]{1,500})\]\(\s*<?([^)\s>]{0,4000})>?[^)]{0,500}\)/gu, (_all, label: string, address: string) => (allowed(address) ? `${label} (${address})` : label))
    .replace(/<(https?:[^>\s]{1,2000})>/giu, '$1')
    .replace(/<\/?[a-z!][^>]{0,4000}>?/giu, '')
    .replace(/(?:https?|ftp|data|javascript|file):(?:(?!https?:)[^\s）)\]，。"']){1,4000}/giu, (address) => (allowed(address) ? address : ''))
    .replace(/(?<![/.\w@])(?:www\.)[^\s）)\]，。]{1,2000}/giu, (address) => (hosts.has(plain(address).replace(/[/?#].*$/u, '')) ? address : ''))
    .replace(/^\s*\[[^\]]{1,200}\]:.*$/gmu, '')
    .replace(/[ \t]{2,}/g, ' ')
    .trim()
    .slice(0, LONGEST);
}

/** Judges a model's words by the findings it was shown, in the order of their numbers. @param house words that bind the house */
export function judge(said: string, shown: Finding[], asked: string, canary: string, house: readonly string[] = []): Judged {
  const text = said.trim();
  if (text === '') return { refused: 'empty' };
  if (leaks(text, canary)) return { refused: 'leak' };
  if (squeezed(text).startsWith(squeezed(NO_ANSWER))) return { refused: 'no-answer' };
  const numbers = [...new Set([...text.matchAll(/[[【]\s*(\d{1,3}(?:\s*[,，、]\s*\d{1,3})*)\s*[\]】](?!\()/gu)].flatMap((match) => (match[1] ?? '').split(/[,，、]/).map(Number)))];
  if (numbers.length === 0) return { refused: 'uncited' };
  const cited = numbers.flatMap((number) => shown[number - 1] ?? []);
  if (cited.length < numbers.length) return { refused: 'unknown-source' };
  const confidence = Math.max(...cited.map((finding) => finding.confidence));
  if (confidence < CITE_FLOOR) return { refused: 'far-fetched' };
  const known = cited.map((finding) => `${finding.question}\n${finding.answer}\n${finding.url ?? ''}`).join('\n');
  const hosts = new Set(hostsIn(known));
  const words = clean(text.replace(/\s?[[【]\s*\d{1,3}(?:\s*[,，、]\s*\d{1,3})*\s*[\]】](?!\()/gu, ''), hosts);
  if (squeezed(words) === '') return { refused: 'empty' };
  const supported = new Set(plain(`${known}\n${asked}`).match(/\d+/g));
  // "1. first, 2. then" counts steps; every other number must come from a source or the customer.
  const claimed = plain(words).replace(/^\s*\d{1,2}[.)、]\s/gmu, '').match(/\d+/g) ?? [];
  if (claimed.some((number) => !supported.has(number))) return { refused: 'unsupported-number' };
  if (unprovedPromises(words, known, house).length > 0) return { refused: 'promise' };
  return {
    reply: {
      kind: 'reply', text: words, confidence,
      sources: cited.map(({ answerId, question, url }) => ({ id: answerId, title: question, ...(url === undefined ? {} : { url }) })),
    },
  };
}
