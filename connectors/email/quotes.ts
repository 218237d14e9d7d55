/** Splits what a customer wrote now from what the mail program put below it. */
import EmailReplyParser from 'email-reply-parser';
import { forwardSubject } from './forwarded.ts';
import { attributions, bareRule, forwarding, headerNext, headerStart, phone, rule, signature } from './quote-marks.ts';

/** The answer, and the rest to be folded. */
export type Folded = { text: string; quoted?: string };

/** Folds the quotation below an answer. An answer written between the quoted lines stays whole. */
export function foldQuotes(full: string, subject = ''): Folded {
  const text = full.replace(/\r\n?/g, '\n').trim();
  // A forward is about what it forwards: nothing of it is folded.
  if (forwardSubject.test(subject)) return { text };
  const lines = text.split('\n');
  const below = belowQuote(lines);
  if (below !== null) return bottomPosted(lines, below);
  const start = quoteStart(lines);
  if (start === 'forward') return { text };
  let cut = start ?? lines.length;
  const sign = signatureStart(lines, cut);
  if (sign !== null) cut = sign;
  if (start === null && sign === null) return otherLanguages(text);
  return split(lines, cut, text);
}

/** First line of an answer that stands below one whole quotation; null when the mail is not laid out so. */
function belowQuote(lines: string[]): number | null {
  let at = 0;
  if (attribution(lines, 0)) while (at < 3 && !/[:：]\s*$/.test(lines[at++] ?? '')) continue;
  const first = at;
  while (at < lines.length && /^\s*(>|$)/.test(lines[at] ?? '')) at += 1;
  const quoted = lines.slice(first, at).filter((line) => line.trimStart().startsWith('>')).length;
  const rest = lines.slice(at);
  return quoted >= (first > 0 ? 1 : 2) && rest.some((line) => line.trim() !== '') && !rest.some((line) => /^\s*>/.test(line)) ? at : null;
}

function bottomPosted(lines: string[], at: number): Folded {
  const own = foldQuotes(lines.slice(at).join('\n'));
  return { text: own.text, quoted: [lines.slice(0, at).join('\n').trim(), own.quoted ?? ''].filter((part) => part !== '').join('\n\n') };
}

function split(lines: string[], cut: number, text: string): Folded {
  const visible = lines.slice(0, cut).join('\n').trim();
  const rest = lines.slice(cut).join('\n').trim();
  return visible === '' || rest === '' ? { text } : { text: visible, quoted: rest };
}

/** Index of the first line that is not the customer's own; null when there is none. */
function quoteStart(lines: string[]): number | 'forward' | null {
  const firstOwn = lines.findIndex((line) => /^\s*[^>\s]/.test(line));
  const lastOwn = lines.findLastIndex((line) => !/^\s*(>|$)/.test(line));
  for (let at = 0; at < Math.min(lines.length, 20_000); at += 1) {
    const line = (lines[at] ?? '').slice(0, 500);
    if (forwarding.test(line)) return 'forward';
    if (rule.test(line)) return at;
    if (headerBlock(lines, at)) return beforeRule(lines, at);
    if (attribution(lines, at)) return answersBelow(lines, at) ? null : at;
    if (line.startsWith('>') && firstOwn >= 0 && firstOwn < at && lastOwn < at) return introduction(lines, at);
  }
  return null;
}

/** Two of From / Sent / To / Subject within five lines: Outlook, QQ, Foxmail. */
function headerBlock(lines: string[], at: number): boolean {
  if (!headerStart.test((lines[at] ?? '').slice(0, 500))) return false;
  return lines.slice(at + 1, at + 6).filter((line) => headerNext.test(line.slice(0, 500))).length >= 2;
}

/** Outlook draws a line above its headers, Foxmail writes the own address: both belong to the quotation. */
function beforeRule(lines: string[], at: number): number {
  let first = at;
  for (let back = at - 1; back >= Math.max(0, at - 4); back -= 1) {
    const line = (lines[back] ?? '').trim();
    if (bareRule.test(line) || /^[^\s@]+@[^\s@]+$/.test(line)) first = back;
    else if (line !== '') break;
  }
  return first;
}

function attribution(lines: string[], at: number): boolean {
  const first = (lines[at] ?? '').slice(0, 500).trimEnd();
  if (first === '' || !/[\d<@]|^[>\s]*(on|在)\s|-{2}\s*$/i.test(first)) return false;
  const joined = [first, `${first} ${(lines[at + 1] ?? '').slice(0, 300).trim()}`, `${first} ${(lines[at + 1] ?? '').slice(0, 300).trim()} ${(lines[at + 2] ?? '').slice(0, 300).trim()}`];
  return joined.some((line) => /[:：>-]\s*$/.test(line) && attributions.some((pattern) => pattern.test(line.trimEnd())));
}

/** Quoted lines and own lines alternate below: the customer answers point by point. */
function answersBelow(lines: string[], at: number): boolean {
  const below = lines.slice(at + 1).slice(0, 2_000);
  const firstQuoted = below.findIndex((line) => /^\s*>/.test(line));
  if (firstQuoted < 0 || below.slice(0, firstQuoted).filter((line) => line.trim() !== '').length > 2) return false;
  let quoted = true;
  for (const line of below.slice(firstQuoted)) {
    if (line.trim() === '') continue;
    if (signature.test(line) || phone.test(line)) return false;
    if (!/^\s*>/.test(line) && quoted) quoted = false;
    else if (/^\s*>/.test(line) && !quoted) return true;
  }
  return !quoted;
}

/** The line above that says who wrote and when, in whatever language: it has a number or an address and ends in a colon. */
function introduction(lines: string[], at: number): number {
  for (let back = at - 1; back >= Math.max(1, at - 3); back -= 1) {
    const line = (lines[back] ?? '').slice(0, 500).trim();
    if (line !== '') return /[\d@].{5,}[:：]$/.test(line) ? back : at;
  }
  return at;
}

/** "-- " and phone signatures at the end of the own text. */
function signatureStart(lines: string[], end: number): number | null {
  for (let at = Math.max(0, end - 12); at < end; at += 1) {
    const line = (lines[at] ?? '').slice(0, 200);
    if (signature.test(line) && end - at <= 10) return at;
    if (phone.test(line) && lines.slice(at + 1, end).filter((rest) => rest.trim() !== '').length <= 1) return at;
  }
  return null;
}

/** The library knows a dozen more languages; it is trusted where it cuts off a tail that begins like a quotation, and on sizes it can take. */
function otherLanguages(text: string): Folded {
  // Its patterns take seconds for some thousand empty lines.
  if (text.length > 20_000 || /(?:[^\S\n]{0,60}\n){40}/.test(text)) return { text };
  const visible = new EmailReplyParser().read(text).getVisibleText().trim();
  if (visible === '' || visible.length >= text.length || !text.startsWith(visible)) return { text };
  const tail = text.slice(visible.length).trim();
  return /^(>|[-_*]{3})|^.{0,300}[\d@>].{0,300}\n?.{0,300}[:：]\s*$/m.test(tail.split('\n').slice(0, 3).join('\n')) ? { text: visible, quoted: tail } : { text };
}
