/** HTML of strangers made harmless: an allow-list, no remote request, no script, no overlay. */
import { convert } from 'html-to-text';
import sanitizeHtml, { type Attributes, type IOptions, type Tag } from 'sanitize-html';

/** Larger HTML is kept as a file. */
export const htmlLimit = 500_000;

const length = /^\d{1,3}(\.\d{1,2})?(px|pt|em|rem|%)?$/;
const colour = /^(#[0-9a-f]{3,8}|[a-z]{3,20}|rgba?\([\d\s.,%]{5,40}\))$/i;
const box = /^(\d{1,3}(\.\d{1,2})?(px|pt|em|rem|%)?\s*){1,4}$/;

/**
 * Where mail programs put the quotation. The console folds `[data-quoted]`; with the value `rest`, Outlook's way,
 * the quotation is that element and all that follow it.
 */
function quotation(tag: string, attributes: Attributes): 'all' | 'rest' | null {
  const { id = '', class: names = '', type = '', name = '', 'data-quoted': marked } = attributes;
  if (marked === 'rest' || ['divRplyFwdMsg', 'appendonsend'].includes(id)) return 'rest';
  const all = marked !== undefined || (tag === 'blockquote' && (type === 'cite' || names.includes('gmail_quote') || id === 'isReplyContent'))
    || /(^|\s)(gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|protonmail_quote|ntes_quote|qqmail_original)/.test(names)
    || ['isReplyContent', 'isForwardContent'].includes(id) || name === 'origin' || tag === 'includetail';
  return all ? 'all' : null;
}

function image(attributes: Attributes): Tag {
  const { src = '', alt = '', width = '', height = '' } = attributes;
  const shown: Attributes = { alt, ...(/^\d{1,4}$/.test(width) && { width }), ...(/^\d{1,4}$/.test(height) && { height }) };
  if (/^cid:/i.test(src)) shown['src'] = `cid:${decode(src.slice(4))}`;
  else if (/^(https?:)?\/\//i.test(src)) shown['data-remote'] = src.startsWith('//') ? `https:${src}` : src;
  else if (/^data:image\/(png|jpe?g|gif|webp);base64,[a-z0-9+/=\s]+$/i.test(src)) shown['src'] = src;
  // Parked once already: cleaning twice must change nothing.
  else if (/^https?:\/\//i.test(attributes['data-remote'] ?? '')) shown['data-remote'] = attributes['data-remote'] ?? '';
  return { tagName: 'img', attribs: shown };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const options: IOptions = {
  allowedTags: [
    'a', 'abbr', 'address', 'article', 'b', 'bdi', 'bdo', 'big', 'blockquote', 'br', 'caption', 'center', 'cite', 'code', 'col', 'colgroup', 'dd', 'del', 'div', 'dl', 'dt',
    'em', 'figcaption', 'figure', 'font', 'footer', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'header', 'hr', 'i', 'img', 'ins', 'li', 'main', 'ol', 'p', 'pre', 'q', 's', 'section',
    'small', 'span', 'strike', 'strong', 'sub', 'sup', 'table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'tr', 'tt', 'u', 'ul', 'wbr',
  ],
  nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'title', 'xmp', 'noembed', 'noframes', 'template', 'iframe', 'object', 'svg', 'math', 'head'],
  allowedAttributes: {
    a: ['href', 'title', 'target', 'rel'],
    img: ['src', 'alt', 'width', 'height', 'data-remote'],
    td: ['colspan', 'rowspan', 'valign', 'width', 'bgcolor'], th: ['colspan', 'rowspan', 'valign', 'width', 'bgcolor'], tr: ['valign', 'bgcolor'],
    table: ['border', 'cellpadding', 'cellspacing', 'width', 'bgcolor'], font: ['color', 'size', 'face'], ol: ['start', 'type'],
    '*': ['style', 'align', 'dir', 'lang', 'data-quoted'],
  },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowedSchemesByTag: { img: ['cid', 'data'] },
  allowProtocolRelative: false,
  allowedStyles: {
    '*': {
      color: [colour], 'background-color': [colour], 'text-align': [/^(left|right|center|justify|start|end)$/], 'vertical-align': [/^[a-z-]{3,12}$/],
      'font-weight': [/^(normal|bold|bolder|lighter|\d{3})$/], 'font-style': [/^(normal|italic|oblique)$/], 'text-decoration': [/^(none|underline|line-through)$/],
      'font-size': [length, /^(x{0,2}-?(small|large)|medium|smaller|larger)$/], 'font-family': [/^[\w\s,"'\u4e00-\u9fff-]{1,200}$/], 'line-height': [length, /^normal$/],
      padding: [box], 'padding-left': [length], margin: [box], 'margin-left': [length], 'white-space': [/^(normal|pre|pre-wrap|nowrap)$/], width: [length], 'max-width': [length],
      border: [/^\d{1,2}px\s+(solid|dotted|dashed|none)(\s+(#[0-9a-f]{3,8}|[a-z]{3,20}))?$/i, /^(none|0)$/], 'border-collapse': [/^(collapse|separate)$/],
    },
  },
  nestingLimit: 120,
  transformTags: {
    a: (tagName, { href = '', title }) => ({ tagName, attribs: { href, ...(title && { title }), target: '_blank', rel: 'noopener noreferrer nofollow' } }),
    img: (_tag, attributes) => image(attributes),
    '*': (tagName, attributes) => {
      const quoted = quotation(tagName, attributes);
      return { tagName: tagName === 'includetail' ? 'div' : tagName, attribs: quoted ? { ...attributes, 'data-quoted': quoted } : attributes };
    },
  },
};

/** The most tags that are cleaned; honest mails have some thousands, and the cost of deep ones grows with the square. */
const mostTags = 50_000;

/** As much of it as is cleaned. */
export function cleanable(html: string): string {
  let at = -1;
  for (let tags = 0; tags <= mostTags; tags += 1) {
    at = html.indexOf('<', at + 1);
    if (at < 0) return html.slice(0, htmlLimit * 4);
  }
  return html.slice(0, Math.min(at, htmlLimit * 4));
}

/** Safe HTML. Remote images wait in data-remote, inline ones keep cid:, quotations are marked with data-quoted. */
export const cleanHtml = (html: string): string => sanitizeHtml(html, options).trim();

/** Readable text of an HTML mail; links keep their address, images their description. */
export function textOfHtml(html: string): string {
  const text = convert(html.slice(0, htmlLimit), {
    wordwrap: false, limits: { maxInputLength: htmlLimit, maxDepth: 100, maxChildNodes: 20_000 },
    selectors: [...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })), { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } }, { selector: 'img', format: 'skip' }, { selector: 'blockquote', options: { trimEmptyLines: true } }],
  });
  return text.replace(/\n{3,}/g, '\n\n').trim();
}

/** Our plain text as the HTML alternative. */
export const htmlOfText = (text: string): string => text === '' ? '' : text
  .replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
  .split(/\n{2,}/).map((paragraph) => `<p>${paragraph.replace(/\n/g, '<br>')}</p>`).join('\n');
