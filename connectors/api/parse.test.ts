/** Bodies: fixtures, each kind of mistake with the field it is reported at, and whatever fast-check can think of. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkInbound } from '../testing/shape.ts';
import { api } from './kind.ts';
import { limits } from './manifest.ts';
import { parse } from './parse.ts';
import type { Parsed } from './parse.ts';

const fixture = (name: string): Buffer => readFileSync(new URL(`fixtures/${name}.json`, import.meta.url));
const good = { id: '1', thread: 't', from: { id: 'c' }, text: 'hello' };
const say = (change: object): Parsed => parse(Buffer.from(JSON.stringify({ ...good, ...change })));
const fields = (parsed: Parsed): string[] => (parsed.kind === 'wrong' ? Object.keys(parsed.fields) : [`accepted as ${parsed.kind}`]);

describe('parse', () => {
  it('reads the fixtures', () => {
    const message = parse(fixture('message'));
    expect(message).toEqual({ kind: 'message', message: {
      externalId: 'order-4711-note-3', thread: 'order-4711', from: { value: 'customer-88', name: '王小明', stable: true }, content: { text: '你好，我的订单什么时候发货？' },
    } });
    const file = parse(fixture('message-with-file'));
    expect(file).toMatchObject({ kind: 'message', message: { content: {}, files: [{ name: 'receipt.txt', type: 'text/plain', bytes: Buffer.from('Total 42.00 EUR\n') }] } });
    expect(parse(fixture('receipt'))).toEqual({ kind: 'receipt', receipt: { externalId: 'deliver-1', state: 'failed', reason: "The customer's phone is switched off" } });
    expect(parse(fixture('typing'))).toEqual({ kind: 'typing', thread: 'order-4711', typing: true });
  });

  it('names each wrong field', () => {
    expect(fields(say({ id: undefined }))).toEqual(['id']);
    expect(fields(say({ id: 7, thread: {}, from: { id: [] }, text: { $ne: '' } }))).toEqual(['id', 'thread', 'from.id', 'text']);
    expect(fields(say({ from: undefined }))).toEqual(['from']);
    expect(fields(say({ type: 'hack' }))).toEqual(['type']);
    expect(fields(say({ text: '' }))).toEqual(['text']);
    expect(fields(say({ text: 'x'.repeat(limits.textLength + 1) }))).toEqual(['text']);
    expect(fields(say({ text: 'x'.repeat(1024 * 1024) }))).toEqual(['text']);
    expect(fields(say({ id: 'a\0b', thread: '\ud800' }))).toEqual(['id', 'thread']);
    expect(fields(parse(Buffer.from(JSON.stringify({ type: 'receipt', id: '1', state: 'sent' }))))).toEqual(['state']);
    expect(fields(parse(Buffer.from(JSON.stringify({ type: 'typing', thread: 't', typing: 'yes' }))))).toEqual(['typing']);
    for (const text of ['', 'null', '[]', '3', '"x"', '{', '\ufeff{}', '{"id":1,}']) expect(fields(parse(Buffer.from(text))), text).toContain('body');
    expect(fields(parse(Buffer.from([0x7b, 0xff, 0x7d])))).toEqual(['body']);
  });

  it('refuses unknown keys, the poisonous ones too, however they are written', () => {
    expect(fields(say({ role: 'admin', from: { id: 'c', vip: true } }))).toEqual(['from.vip', 'role']);
    const written = (key: string): Buffer => Buffer.from(`{"id":"1","thread":"t","from":{"id":"c"},"text":"x",${key}:{"polluted":1}}`);
    expect(fields(parse(written('"__proto__"')))).toEqual(['__proto__']);
    expect(fields(parse(written('"\\u005f_proto__"')))).toEqual(['__proto__']);
    expect(fields(parse(written('"constructor"')))).toEqual(['constructor']);
    expect(fields(parse(Buffer.from('{"id":"1","thread":"t","from":{"id":"c","__proto__":{}},"text":"x"}')))).toEqual(['from.__proto__']);
    expect('polluted' in {}).toBe(false);
  });

  it('refuses deep nesting before it costs time; brackets inside strings do not count', () => {
    const deep = (levels: number): Buffer => Buffer.from(`{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`);
    expect(parse(deep(31))).toMatchObject({ detail: expect.not.stringContaining('deeply') });
    expect(parse(deep(32))).toMatchObject({ detail: 'The body is nested too deeply.' });
    const begin = performance.now();
    expect(fields(parse(Buffer.alloc(15_000_000, '[')))).toEqual(['body']);
    expect(performance.now() - begin).toBeLessThan(500);
    const text = `${'[{'.repeat(50)} "quoted" \\ ${'\\"['.repeat(50)}`;
    expect(say({ text })).toMatchObject({ kind: 'message', message: { content: { text } } });
  });

  it('checks files: base64, size, type, and a name that is only a name', () => {
    const file = (change: object): Parsed => say({ attachments: [{ name: 'a.txt', type: 'text/plain', data: 'aGk=', ...change }] });
    for (const data of ['', '?', 'a', 'aG k=', 'aGk=\n', '====', 'data:text/plain;base64,aGk=']) expect(fields(file({ data })), data).toEqual(['attachments.0.data']);
    expect(fields(file({ type: 'text' }))).toEqual(['attachments.0.type']);
    expect(fields(file({ url: 'http://169.254.169.254/' }))).toEqual(['attachments.0.url']);
    expect(file({ data: Buffer.alloc(limits.attachmentBytes + 1).toString('base64') })).toMatchObject({ kind: 'wrong', tooLarge: true });
    expect(fields(say({ attachments: Array.from({ length: 21 }, () => ({ name: 'a', data: 'aGk=' })) }))).toEqual(['attachments']);
    for (const [name, kept] of [['../../etc/passwd', 'passwd'], ['C:\\x\\y.exe', 'y.exe'], ['a\r\nb\0.txt', 'ab\uFFFD.txt'], ['/', 'file']]) {
      expect(file({ name })).toMatchObject({ message: { files: [{ name: kept }] } });
    }
  });

  it('keeps any text a customer may write, but for what no database or browser can hold', () => {
    expect(say({ text: 'a\0b \ud800 \u202e rtl' })).toMatchObject({ message: { content: { text: 'a\uFFFDb \uFFFD \u202e rtl' } } });
    fc.assert(fc.property(fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0')), (text) => {
      expect(say({ text })).toMatchObject({ kind: 'message', message: { content: { text } } });
    }));
  });

  it('never throws: any JSON, any bytes; what it accepts is a valid Inbound', () => {
    const nearly = <T>(right: fc.Arbitrary<T>): fc.Arbitrary<unknown> => fc.oneof({ weight: 9, arbitrary: right }, { weight: 1, arbitrary: fc.anything() });
    const key = fc.string({ minLength: 1, maxLength: 300 });
    const file = fc.record({ name: nearly(fc.string({ unit: 'binary', minLength: 1 })), type: nearly(fc.constant('a/b')), data: nearly(fc.base64String({ minLength: 4 })) });
    const message = fc.record({
      id: nearly(key), thread: nearly(key), from: nearly(fc.record({ id: nearly(key), name: nearly(fc.string()) }, { requiredKeys: ['id'] })),
      text: nearly(fc.string({ unit: 'binary' })), attachments: nearly(fc.array(file, { maxLength: 3 })),
    }, { requiredKeys: ['id', 'thread', 'from'] });
    const event = fc.record({ type: fc.constantFrom('message', 'receipt', 'typing'), id: nearly(key), thread: nearly(key), typing: fc.boolean(), state: fc.constantFrom('read', 'failed', 'sent') }, { requiredKeys: ['type'] });
    const call = fc.oneof(message, event, fc.tuple(message, event).map(([one, other]) => ({ ...other, ...one })), fc.anything());
    const written = (value: unknown): Buffer => Buffer.from(JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part)) ?? '');
    const anything = fc.oneof(fc.uint8Array().map((bytes) => Buffer.from(bytes)), fc.json({ maxDepth: 6 }).map((text) => Buffer.from(text)), call.map(written));
    let accepted = 0;
    fc.assert(fc.property(anything, (bytes) => {
      const parsed = parse(bytes);
      if (parsed.kind === 'wrong') expect(Object.keys(parsed.fields).length).toBeGreaterThan(0);
      if (parsed.kind !== 'message') return;
      accepted += 1;
      checkInbound(parsed.message, api.manifest);
    }), { numRuns: 10_000 });
    expect(accepted).toBeGreaterThan(20);
  }, 60_000);
});
