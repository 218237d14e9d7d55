/** Names and headers of files that want to be something else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentDisposition, extension, isDangerous, rangeOf, safeName, servingHeaders, typeOf } from './rules.ts';

describe('safeName', () => {
  it('keeps ordinary names in any script', () => {
    for (const name of ['report.pdf', '合同 2026.docx', 'naïve résumé.txt', '👨‍👩‍👧 family.jpg', 'archive.tar.gz', "it's (1).png"]) expect(safeName(name)).toBe(name.normalize('NFC'));
  });

  it('strips paths, tricks of direction, control characters and what a system reserves', () => {
    for (const [name, safe] of [
      ['../../etc/passwd', 'passwd'], ['C:\\Users\\me\\plan.txt', 'plan.txt'], ['..', 'file'], ['', 'file'], ['   ', 'file'], ['a/', 'file'],
      ['invoice\u202Egpj.exe', 'invoicegpj.exe'], ['a\u2066b\u200Bc.txt', 'abc.txt'], ['a\r\nSet-Cookie: x.txt', 'aSet-Cookie_ x.txt'], ['nul\0.txt', '_nul.txt'],
      ['.htaccess', 'htaccess'], ['x.exe. . ', 'x.exe'], ['CON', '_CON'], ['com1.txt', '_com1.txt'], ['COMMON.txt', 'COMMON.txt'], ['a<b>:"|?*.txt', 'a_b______.txt'], ['\ud800x', '\uFFFDx'],
    ] as const) expect(safeName(name), JSON.stringify(name)).toBe(safe);
    const long = safeName(`${'长'.repeat(300)}.pdf`);
    expect([long.length, extension(long)]).toEqual([200, 'pdf']);
  });

  it('is done after once, short and one line, whatever comes', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
      const safe = safeName(name);
      expect(safeName(safe)).toBe(safe);
      expect(safe.length).toBeGreaterThan(0);
      expect(safe.length).toBeLessThanOrEqual(200);
      expect(safe).not.toMatch(/[/\\\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]|^\.|[. ]$/u);
      expect(contentDisposition(name, 'attachment')).toMatch(/^attachment; filename="[\x20-\x21\x23-\x5b\x5d-\x7e]+"(; filename\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]+)?$/);
    }), { numRuns: 5000 });
  });
});

it('writes both names into the disposition', () => {
  expect(contentDisposition('plan.txt', 'inline')).toBe('inline; filename="plan.txt"');
  expect(contentDisposition("合同 (1)'s.pdf", 'attachment')).toBe("attachment; filename=\"__ (1)'s.pdf\"; filename*=UTF-8''%E5%90%88%E5%90%8C%20%281%29%27s.pdf");
});

it('believes the bytes; the name only tells apart what has the same bytes', () => {
  expect(typeOf('image/png', false, 'a.html')).toBe('image/png');
  expect(typeOf('application/zip', false, 'a.docx')).toContain('wordprocessingml');
  expect(typeOf('application/zip', false, 'a.png')).toBe('application/zip');
  expect(typeOf(undefined, true, 'photo.jpg')).toBe('text/plain');
  expect(typeOf(undefined, true, 'page.HTML')).toBe('text/html');
  expect(typeOf(undefined, true, 'x.constructor')).toBe('text/plain');
  expect(typeOf(undefined, false, 'a.txt')).toBe('application/octet-stream');
});

it('serves only raster images inline, and nothing that could run as what it is', () => {
  const served = (name: string, type: string): string[] => {
    const headers = servingHeaders({ name, type, size: 3 });
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'content-security-policy': expect.stringContaining('sandbox'), 'content-length': '3' });
    return [headers['content-type'] ?? '', (headers['content-disposition'] ?? '').split(';')[0] ?? ''];
  };
  for (const type of ['image/png', 'image/jpeg', 'image/gif', 'image/webp']) expect(served('a', type)).toEqual([type, 'inline']);
  expect(served('a.pdf', 'application/pdf')).toEqual(['application/pdf', 'attachment']);
  expect(served('a.txt', 'text/plain')).toEqual(['text/plain; charset=utf-8', 'attachment']);
  for (const type of ['image/svg+xml', 'text/html', 'application/xhtml+xml', 'text/xml', 'application/javascript', 'application/json', 'image/svg+xml; x', 'application/x-msdownload']) {
    expect(served('a', type), type).toEqual(['application/octet-stream', 'attachment']);
  }
  expect(served('a.exe', 'image/png')).toEqual(['application/octet-stream', 'attachment']);
  expect([isDangerous({ name: 'photo.jpg.SCR', type: 'image/jpeg' }), isDangerous({ name: 'photo.jpg', type: 'application/x-msdownload' }), isDangerous({ name: 'photo.jpg', type: 'image/jpeg' })]).toEqual([true, true, false]);
});

it('understands the ranges players ask for', () => {
  for (const [header, range] of [
    ['bytes=0-', { start: 0, end: 99 }], ['bytes=10-19', { start: 10, end: 19 }], ['bytes=90-500', { start: 90, end: 99 }], ['bytes=-5', { start: 95, end: 99 }], ['bytes=-500', { start: 0, end: 99 }], ['bytes=99-99', { start: 99, end: 99 }],
    ['bytes=100-', 'unsatisfiable'], ['bytes=-0', 'unsatisfiable'], ['bytes=20-10', null], ['bytes=0-1,5-6', null], ['items=0-1', null], ['bytes=-', null], ['', null], [undefined, null],
  ] as const) expect(rangeOf(header, 100), header).toEqual(range);
  expect(rangeOf('bytes=0-', 0)).toBe('unsatisfiable');
});
