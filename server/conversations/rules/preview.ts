import type { Content, Locale } from '../schema.ts';

const longest = 120;
/** Never through the middle of a character. */
const cut = (text: string): string => text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '');
/** White space of a novel is not looked at. */
const mostRead = 2_000;

const names = {
  'zh-CN': { unreadable: '不支持的消息', voice: '语音', sticker: '表情', location: '位置', card: '名片' },
  en: { unreadable: 'unsupported message', voice: 'voice message', sticker: 'sticker', location: 'location', card: 'contact card' },
};

/** One line for lists: the text, or what came instead of text. */
export function previewOf(content: Content, locale: Locale): string {
  const text = (content.text ?? '').slice(0, mostRead).replace(/\s+/g, ' ').trim();
  if (text) return cut(text);
  const instead = insteadOf(content, locale);
  return instead ? `[${cut(instead).slice(0, longest - 2)}]` : content.email?.subject.slice(0, longest) ?? '';
}

function insteadOf(content: Content, locale: Locale): string | undefined {
  const name = names[locale];
  if (content.unreadable) return [name.unreadable, content.unreadable.kind].filter(Boolean).join(locale === 'en' ? ': ' : '：');
  if (content.link) return content.link.title;
  if (content.cards?.[0]) return `${name.card} ${content.cards[0].name}`;
  if (content.location) return [name.location, content.location.name].filter(Boolean).join(' ');
  const first = content.attachments?.[0];
  return first?.role ? name[first.role] : first?.name;
}

/** Words that only say, in any language, that a message cannot be shown: screens word that themselves. */
const placeholder = /^\[(不支持的消息：|unsupported message: )[^\n]*\]$/;

/** Content without words that a connector put in place of what it could not read. */
export function withoutPlaceholder(content: Content): Content {
  if (!content.unreadable || !placeholder.test(content.text ?? '')) return content;
  const { text: _text, ...rest } = content;
  return rest;
}
