/** What is left of a stranger's HTML. */
import { describe, expect, it } from 'vitest';
import { cleanable, cleanHtml, htmlOfText, textOfHtml } from './html.ts';

describe('cleanHtml', () => {
  it.each([
    ['script', '<p>a<script>alert(1)</script>b</p>', '<p>ab</p>'],
    ['handlers', '<p onclick="x()" onmouseover=y>a</p>', '<p>a</p>'],
    ['style elements and unknown ones', '<style>p{}</style><custom-x>a</custom-x><svg onload=x><p>b</p></svg>', 'a'],
    ['frames and forms', '<iframe src="https://x.test"></iframe><form action=x><input></form><object data=x></object>a', 'a'],
    ['scripts in links', '<a href="javascript:alert(1)">a</a>', '<a target="_blank" rel="noopener noreferrer nofollow">a</a>'],
    ['hidden schemes', '<a href="java\u0000script:alert(1)">a</a><a href=" data:text/html,x">b</a>', '<a target="_blank" rel="noopener noreferrer nofollow">a</a><a target="_blank" rel="noopener noreferrer nofollow">b</a>'],
    ['overlays and requests in styles', '<p style="position:fixed;top:0;background:url(https://x.test/a);color:#f00;width:50%">a</p>', '<p style="color:#f00;width:50%">a</p>'],
    ['backgrounds and source sets', '<table background="https://x.test/a"><tbody><tr><td>a</td></tr></tbody></table>', '<table><tbody><tr><td>a</td></tr></tbody></table>'],
    ['data that is no image', '<img src="data:text/html;base64,PHA+" alt="x">', '<img alt="x" />'],
    ['svg images', '<img src="data:image/svg+xml;base64,PHN2Zz4=" alt="x">', '<img alt="x" />'],
    ['classes and ids', '<p class="overlay" id="app">a</p>', '<p>a</p>'],
  ])('removes %s', (_name, html, clean) => {
    expect(cleanHtml(html)).toBe(clean);
  });

  it('parks remote images and keeps inline ones', () => {
    expect(cleanHtml('<img src="https://x.test/a.png" alt="logo"><img src="//x.test/b.png"><img src="cid:a%20b@c">')).toBe(
      '<img alt="logo" data-remote="https://x.test/a.png" /><img alt="" data-remote="https://x.test/b.png" /><img alt="" src="cid:a b@c" />');
    expect(cleanHtml('<img src="data:image/png;base64,iVBORw0KGgo=">')).toContain('src="data:image/png;base64,iVBORw0KGgo="');
  });

  it('marks quotations: all of an element, or the rest from there on', () => {
    expect(cleanHtml('<div class="gmail_quote">x</div>')).toBe('<div data-quoted="all">x</div>');
    expect(cleanHtml('<blockquote type="cite">x</blockquote>')).toBe('<blockquote data-quoted="all">x</blockquote>');
    expect(cleanHtml('<div id="divRplyFwdMsg">x</div>')).toBe('<div data-quoted="rest">x</div>');
    expect(cleanHtml('<includetail><p>x</p></includetail>')).toBe('<div data-quoted="all"><p>x</p></div>');
  });
});

it('only so many tags are cleaned', () => {
  expect(cleanable('<b>x'.repeat(10_000))).toHaveLength(40_000);
  expect(cleanable('<b>x'.repeat(200_000))).toHaveLength(200_000);
  expect(cleanable('x'.repeat(3_000_000))).toHaveLength(2_000_000);
});

describe('text', () => {
  it('of HTML is readable', () => {
    expect(textOfHtml('<h1>Hello</h1><p>one<br>two</p><ul><li>a</li></ul><p><a href="https://x.test/">here</a></p>')).toBe('Hello\n\none\ntwo\n\n * a\n\nhere [https://x.test/]');
  });
  it('becomes HTML that is only text', () => {
    expect(htmlOfText('a <b> & "c"\nd\n\ne')).toBe('<p>a &lt;b&gt; &amp; &quot;c&quot;<br>d</p>\n<p>e</p>');
  });
});
