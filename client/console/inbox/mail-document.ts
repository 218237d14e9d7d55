/** Makes a harmless page of a mail's HTML. The server cleaned it on arrival; this is the second lock. */
import createPurify from 'dompurify';
import { attachmentUrl } from '../upload.ts';
import type { Attachment } from '../wire.ts';

const purify = createPurify(window);

/** The page for a sandboxed frame, and how many pictures from elsewhere were kept out. */
export function mailDocument(html: string, showPictures: boolean, lang: string, attachments: Attachment[]): { html: string; blocked: number } {
  const clean = document.createElement('div');
  clean.append(purify.sanitize(html, {
    RETURN_DOM_FRAGMENT: true, FORBID_TAGS: ['style', 'form', 'input', 'button', 'textarea', 'select', 'iframe', 'object', 'embed', 'svg', 'math', 'video', 'audio', 'link', 'meta'],
    ADD_ATTR: ['target', 'data-remote'], ALLOW_DATA_ATTR: false,
  }));
  const inline = new Map(attachments.filter((file) => file.cid).map((file) => [file.cid ?? '', attachmentUrl(file.id)]));
  let blocked = 0;
  for (const image of clean.querySelectorAll('img')) {
    const source = image.getAttribute('data-remote') ?? image.getAttribute('src') ?? '';
    const local = source.startsWith('cid:') ? inline.get(source.slice(4)) : source.startsWith('/api/v1/attachments/') || source.startsWith('data:image/') ? source : undefined;
    image.removeAttribute('srcset');
    image.removeAttribute('src');
    if (local) image.setAttribute('src', local);
    else if (/^https?:/i.test(source)) {
      blocked++;
      if (showPictures) image.setAttribute('src', source);
      else image.replaceWith(Object.assign(document.createElement('span'), { textContent: image.alt, className: 'blocked' }));
    }
  }
  // Backgrounds load from elsewhere too.
  for (const element of clean.querySelectorAll('[style]')) if (/url\s*\(/i.test(element.getAttribute('style') ?? '')) element.removeAttribute('style');
  for (const element of clean.querySelectorAll('[background]')) element.removeAttribute('background');
  for (const link of clean.querySelectorAll('a[href]')) {
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer nofollow');
  }
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: cid:${showPictures ? ' http: https:' : ''}`;
  const look = 'body{margin:0;padding:10px 12px;font:14px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:#1e293b;overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}.blocked{display:inline-block;padding:2px 8px;border:1px dashed #94a3b8;border-radius:4px;color:#475569;font-size:12px}';
  return { blocked, html: `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><style>${look}</style></head><body>${clean.innerHTML}</body></html>` };
}
