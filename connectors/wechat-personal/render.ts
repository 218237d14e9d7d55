/** Our word -> what a personal account can send, one message after another. Pure; what has no form here becomes text. */
import type { Outbound } from '../connector.ts';
import type { Attachment, Content, Locale } from '../../server/conversations/schema.ts';
import { limits } from './limits.ts';

/** One message on the platform. */
export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'file'; attachment: Attachment }
  | { kind: 'link'; title: string; url: string; description: string; text: string };

/** In the order in which the customer shall read them; never empty. */
export function render({ content, locale = 'zh-CN' }: Pick<Outbound, 'content' | 'locale'>): Part[] {
  const parts: Part[] = split(textOf(content, locale)).map((text) => ({ kind: 'text', text }));
  const { link } = content;
  if (link?.url) parts.push({ kind: 'link', title: link.title, url: link.url, description: link.description ?? '', text: linkText(link) });
  for (const attachment of content.attachments ?? []) parts.push({ kind: 'file', attachment });
  return parts.length > 0 ? parts : [{ kind: 'text', text: '…' }];
}

function textOf({ text, html, quote, choices, sources, location, cards, link, template: _template }: Content, locale: Locale): string {
  const said = text || (html ? plain(html) : '');
  return [
    // The way WeChat itself shows a quote to clients that cannot.
    quote?.text ? `「${quote.text.slice(0, 200)}」\n- - - - - - - - - - - - - - -` : '',
    said,
    choices?.map((choice, index) => `${index + 1}. ${choice}`).join('\n') ?? '',
    location ? `${labels[locale].location} ${location.name ? `${location.name} ` : ''}${location.latitude},${location.longitude}` : '',
    cards?.map((card) => `${labels[locale].card} ${[card.name, ...card.phones, ...card.emails].join(' ')}`).join('\n') ?? '',
    link && !link.url ? linkText(link) : '',
    sources?.filter((source) => source.url).map((source) => `${source.title} ${source.url}`).join('\n') ?? '',
  ].filter((part) => part !== '').join('\n');
}

const labels: Record<Locale, { location: string; card: string }> = { 'zh-CN': { location: '[位置]', card: '[名片]' }, en: { location: '[Location]', card: '[Card]' } };

const linkText = (link: NonNullable<Content['link']>): string => [link.title, link.description, link.url, link.app].filter(Boolean).join('\n');

/** Only when there is no text beside it, which is rare. */
const plain = (html: string): string => html.replaceAll(/<(?:br|\/p|\/div|\/li)[^>]*>/gi, '\n').replaceAll(/<[^>]*>/g, '').replaceAll('&nbsp;', ' ').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&').trim();

/** At line ends where there are any; never through a character of two halves. */
function split(text: string): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > limits.textLength) {
    const line = rest.lastIndexOf('\n', limits.textLength);
    let at = line > limits.textLength / 2 ? line : limits.textLength;
    if (/[\uD800-\uDBFF]/.test(rest.charAt(at - 1))) at -= 1;
    parts.push(rest.slice(0, at));
    rest = rest.slice(at).replace(/^\n/, '');
  }
  return rest.trim() === '' ? parts : [...parts, rest];
}
