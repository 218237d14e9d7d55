/** Which canned replies a typed `/...` means, and what they say to this customer. */
import type { CannedReply } from '../wire.ts';

/** The search text after a `/` at the start of a line or after a space, directly before the caret; null when there is none. */
export function slashQuery(text: string, caret: number): { query: string; from: number } | null {
  const match = /(?:^|[\s，。！？、])\/([^\s/]{0,40})$/.exec(text.slice(0, caret));
  return match?.[1] === undefined ? null : { query: match[1], from: caret - match[1].length - 1 };
}

/** The name being typed after an `@`; null when there is none. */
export function mentionQuery(text: string, caret: number): { query: string; from: number } | null {
  const match = /(?:^|[^\w@.])@([^\s@]{0,40})$/.exec(text.slice(0, caret));
  return match?.[1] === undefined ? null : { query: match[1], from: caret - match[1].length - 1 };
}

/** Best first: shortcut begins, shortcut contains, title, text. A reply in the customer's language comes before others of its rank. */
export function matchCanned(replies: readonly CannedReply[], query: string, locale: string, limit = 8): CannedReply[] {
  const wanted = query.toLowerCase();
  const rank = (reply: CannedReply): number => {
    const shortcut = reply.shortcut.toLowerCase().replace(/^\//, '');
    if (shortcut.startsWith(wanted)) return 0;
    if (shortcut.includes(wanted)) return 1;
    if (reply.title.toLowerCase().includes(wanted)) return 2;
    return reply.text.toLowerCase().includes(wanted) ? 3 : 9;
  };
  const language = (reply: CannedReply): number => (reply.locale === undefined || reply.locale === locale ? 0 : 1);
  return replies
    .map((reply) => ({ reply, rank: rank(reply) }))
    .filter((each) => each.rank < 9)
    .sort((a, b) => a.rank - b.rank || language(a.reply) - language(b.reply) || a.reply.shortcut.localeCompare(b.reply.shortcut))
    .slice(0, limit)
    .map((each) => each.reply);
}

/** Fills `{{contact.name}}`; an unknown variable stays as it is, so the agent sees it before the customer does. */
export function fillVariables(text: string, values: Record<string, string>): string {
  return text.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (whole, name: string) => values[name] ?? whole);
}
