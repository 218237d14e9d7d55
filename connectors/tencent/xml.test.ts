/** What XML parsers like to do to ids and entities, and what must not happen here. */
import { describe, expect, it } from 'vitest';
import { buildXml, parseXml } from './xml.ts';

describe('parseXml', () => {
  it('keeps every value as the text that was sent', () => {
    expect(parseXml('<xml><MsgId>23456789012345678901</MsgId><Content><![CDATA[  007 &lt;b&gt; ]]></Content><From><![CDATA[1e5]]></From><Empty></Empty><Self/><Zero>0</Zero></xml>')).toEqual({
      MsgId: '23456789012345678901', Content: '  007 &lt;b&gt; ', From: '1e5', Empty: '', Self: '', Zero: '0',
    });
  });
  it('drops the white space between elements and keeps that inside values', () => {
    expect(parseXml('<xml>\n  <A>\n    <B><![CDATA[ x ]]></B>\n  </A>\n  <L><I>1</I></L>\n  <L><I>2</I></L>\n</xml>')).toEqual({ A: { B: ' x ' }, L: [{ I: '1' }, { I: '2' }] });
  });
  it('reads CDATA that was cut at its own end mark', () => {
    expect(parseXml('<xml><C><![CDATA[a]]]]><![CDATA[>b]]></C></xml>')).toEqual({ C: 'a]]>b' });
  });
  it('reads the letters that XML must escape, outside CDATA only', () => {
    expect(parseXml('<xml><Url>http://x.test/?a=1&amp;b=&lt;&#20320;&#x597d;&nbsp;&#9999999;</Url><C>a&amp;<![CDATA[b&amp;]]></C></xml>')).toEqual({ Url: 'http://x.test/?a=1&b=<你好&nbsp;&#9999999;', C: 'a&b&amp;' });
  });
  it('expands no entities and takes no declarations', () => {
    expect(() => parseXml('<!DOCTYPE x [<!ENTITY a "AAAA"><!ENTITY b "&a;&a;">]><xml><C>&b;</C></xml>')).toThrow('entities');
    expect(parseXml('<xml><C><![CDATA[<!DOCTYPE x>]]></C></xml>')).toEqual({ C: '<!DOCTYPE x>' });
  });
  it('says in words what is wrong', () => {
    expect(() => parseXml(`<xml><C>${'x'.repeat(1_000_001)}</C></xml>`)).toThrow('longer than');
    for (const rubbish of ['', 'hello', '<html></html>', '<xml>words</xml>']) expect(() => parseXml(rubbish), rubbish).toThrow(Error);
  });
  it('reads a plain list of fields and a nested document alike', () => {
    const inner = '<A><![CDATA[ x ]]></A>\n<B>a&amp;b</B><C> </C><D></D><toString>t</toString>';
    const nested = parseXml(`<xml>${inner}<E><F>1</F></E></xml>`);
    expect(parseXml(`<xml>${inner}</xml>`)).toEqual({ A: ' x ', B: 'a&b', C: ' ', D: '', toString: 't' });
    expect(nested).toMatchObject({ A: ' x ', B: 'a&b', C: ' ', D: '', E: { F: '1' } });
    for (const twice of ['<A>1</A><A>2</A>', '<A>1</A><B/><A>2</A>']) expect(parseXml(`<xml>${twice}</xml>`)['A']).toEqual(['1', '2']);
    expect(parseXml('<?xml version="1.0"?><xml><A n="1">x</A></xml>')).toEqual({ A: 'x' });
  });
  it('reads ten thousand fields at once', () => {
    const body = `<xml>${Array.from({ length: 10_000 }, (_, index) => `<t${index}><![CDATA[1]]></t${index}>`).join('')}</xml>`;
    const began = performance.now();
    expect(Object.keys(parseXml(body))).toHaveLength(10_000);
    expect(performance.now() - began).toBeLessThan(500);
  });
  it('is through at once with quotations that never close: a stranger may send this before any signature is checked', () => {
    const began = performance.now();
    expect(() => parseXml(`<?xml?><xml>${'<![CDATA['.repeat(100_000)}`)).toThrow(Error);
    expect(() => parseXml(`<?xml?><xml>${'<![CDATA[<!DOCTYPE x>]]>'.repeat(30_000)}<!DOCTYPE y></xml>`)).toThrow('entities of its own');
    expect(performance.now() - began).toBeLessThan(1_000);
  });
  it('has no properties of objects among its fields', () => {
    expect(() => parseXml('<xml><__proto__><polluted>1</polluted></__proto__></xml>')).toThrow(Error);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Object.hasOwn(parseXml('<xml><A>1</A></xml>'), 'toString')).toBe(false);
  });
});

describe('buildXml', () => {
  it('is read back as it was', () => {
    const record = { A: '1e5', B: 'x ]]> & <y>', C: { D: ' 喂 ' }, L: [{ I: '1' }, { I: '2' }] };
    expect(parseXml(buildXml(record))).toEqual(record);
    expect(buildXml({ Time: 12, Text: 'a' })).toBe('<xml><Time>12</Time><Text><![CDATA[a]]></Text></xml>');
  });
});
