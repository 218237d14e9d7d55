import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkify, safeHref } from './linkify.ts';

const links = (text: string): (string | undefined)[] => linkify(text).filter((piece) => piece.href).map((piece) => piece.text);

describe('linkify', () => {
  it.each([
    ['see https://shop.example/a?b=1&c=2.', ['https://shop.example/a?b=1&c=2']],
    ['(https://shop.example/a) and https://shop.example/a_(b)', ['https://shop.example/a', 'https://shop.example/a_(b)']],
    ['请看https://shop.example/退货，谢谢', ['https://shop.example/退货']],
    ['https://shop.example/"onmouseover="alert(1)', ['https://shop.example/']],
    ['javascript:alert(1) data:text/html,x ftp://x http://', []],
    ['HTTPS://SHOP.example', ['HTTPS://SHOP.example']],
  ])('finds the links in %s', (text, found) => expect(links(text)).toEqual(found));

  it('changes no character, and links lead to web pages only', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('http://', 'https://a.b', 'javascript:', '"', '<', '.', ')', '，'))), (parts) => {
      const text = parts.join('');
      const pieces = linkify(text);
      expect(pieces.map((piece) => piece.text).join('')).toBe(text);
      for (const { href } of pieces) if (href !== undefined) expect(href).toMatch(/^https?:\/\/[^"<>\s]+$/);
    }));
  });
});

describe('safeHref', () => {
  it.each(['javascript:alert(1)', ' javascript:alert(1)', 'data:text/html,x', '/path', '', 'vbscript:x', 'blob:https://x/1'])('refuses %s', (url) => expect(safeHref(url)).toBeNull());
  it('takes a web address', () => expect(safeHref('https://shop.example/x')).toBe('https://shop.example/x'));
});
