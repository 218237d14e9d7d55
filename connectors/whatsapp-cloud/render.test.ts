/** What we say, as WhatsApp takes it. */
import { describe, expect, it } from 'vitest';
import type { Content } from '../../server/conversations/schema.ts';
import { choiceOf } from './choices.ts';
import { graphError, reasonOf, reasonsOf } from './errors.ts';
import { messagesOf, split } from './messages.ts';
import { envelope, partOf, recipient } from './render.ts';
import { renderTemplate, templateOf } from './template.ts';

const file = (type: string, size = 10, more: object = {}) => ({ id: 'a'.repeat(24), name: '文件', type, size, ...more });
const render = (content: Content) => messagesOf(content).map((each) => partOf(each));
const shapes = (content: Content) => render(content).map((part) => (part.kind === 'file' ? `${part.type}:${part.caption ?? ''}` : part.kind === 'ready' ? part.type : part.kind));

describe('messages', () => {
  it('each of them is one message, and stays one when it is taken apart again', () => {
    const whole: Content = { text: '长'.repeat(5_000), attachments: [file('image/png'), file('audio/ogg')], location: { latitude: 1, longitude: 2 }, cards: [{ name: '王', phones: [], emails: [] }], choices: ['a'], quote: { externalId: 'm' } };
    const messages = messagesOf(whole);
    expect(messages.map((each) => messagesOf(each))).toEqual(messages.map((each) => [each]));
    expect(messages.map(({ quote }) => quote?.externalId)).toEqual(['m', ...Array.from({ length: messages.length - 1 }, () => undefined)]);
    expect(messages).toHaveLength(7);
  });
  it('a caption goes with the file that can have one, other words go ahead', () => {
    expect(shapes({ text: '看图', attachments: [file('image/png'), file('application/pdf')] })).toEqual(['image:看图', 'document:']);
    expect(shapes({ text: '听', attachments: [file('audio/ogg; codecs=opus', 10, { role: 'voice' }), file('image/jpeg')] })).toEqual(['audio:', 'image:听']);
    expect(shapes({ text: '听', attachments: [file('audio/mpeg')] })).toEqual(['text', 'audio:']);
    expect(shapes({ text: 'x'.repeat(1_025), attachments: [file('video/mp4')] })).toEqual(['text', 'video:']);
    expect(shapes({ attachments: [file('image/webp')] })).toEqual(['sticker:']);
  });
  it('what WhatsApp takes no file of is refused before anything is sent, with the reason', () => {
    for (const wrong of [file('application/zip'), file('image/gif'), file('image/jpeg', 5 * 1024 * 1024 + 1), file('video/mp4', 17 * 1024 * 1024)]) {
      expect(() => render({ text: 'see', attachments: [file('image/png'), wrong] })).toThrow(/WhatsApp/);
    }
    expect(shapes({ attachments: [file('application/pdf', 99 * 1024 * 1024)] })).toEqual(['document:']);
  });
  it('sources, links and long words become text', () => {
    expect(render({ text: '因为', sources: [{ id: '1', title: '手册', url: 'https://example.test/h' }], link: { title: '商品', url: 'https://example.test/p' } })).toEqual([
      { kind: 'ready', type: 'text', body: { body: '因为\n\n商品\nhttps://example.test/p\n\n- 手册 https://example.test/h', preview_url: true } },
    ]);
    const long = Array.from({ length: 900 }, (_, index) => `word${index}`).join(' ');
    expect(render({ text: long }).map((part) => part.kind === 'ready' && 'body' in part.body && String(part.body.body).length <= 4_096)).toEqual([true, true]);
    expect(split(long, 4_096).join(' ')).toBe(long);
    expect(split('\u{1F600}'.repeat(5), 3).every((piece) => piece.isWellFormed())).toBe(true);
  });
  it('places, cards and nothing at all', () => {
    expect(render({ location: { latitude: 1, longitude: 2, name: 'x' } })).toMatchObject([{ type: 'location', body: { latitude: 1, longitude: 2, name: 'x' } }]);
    expect(render({ cards: [{ name: '王', phones: ['+86'], emails: [] }] })).toMatchObject([{ type: 'contacts', body: [{ name: { formatted_name: '王', first_name: '王' }, phones: [{ phone: '+86' }] }] }]);
    expect(() => render({})).toThrow('nothing');
  });
});

describe('choices', () => {
  const interactive = (choices: string[], text = 'Which?') => render({ text, choices }).at(-1);
  it('three short ones are buttons, more or longer ones a list; the id carries the whole choice', () => {
    expect(interactive(['是', '否'])).toMatchObject({ body: { type: 'button', body: { text: 'Which?' }, action: { buttons: [{ reply: { id: 'choice:0:是', title: '是' } }, { reply: { title: '否' } }] } } });
    expect(interactive(['1', '2', '3', '4'])).toMatchObject({ body: { type: 'list', action: { sections: [{ rows: [{ title: '1' }, { title: '2' }, { title: '3' }, { title: '4' }] }] } } });
    const long = ['A very long choice that is cut short, first', 'A very long choice that is cut short, second'];
    const part = interactive(long);
    expect(part).toMatchObject({ body: { type: 'list', action: { sections: [{ rows: [{ description: long[0] }, { description: long[1] }] }] } } });
    const titles = JSON.stringify(part).match(/"title":"[^"]+"/g) ?? [];
    expect(new Set(titles).size).toBe(2);
    expect(choiceOf(`choice:0:${long[0]}`)).toBe(long[0]);
    expect(choiceOf('priority_express')).toBeUndefined();
  });
  it('asks in the language of the customer where there are no words', () => {
    expect([partOf({ choices: ['1', '2', '3', '4'] }, 'zh-CN'), partOf({ choices: ['1', '2', '3', '4'] }, 'en')]).toMatchObject([{ body: { body: { text: '请选择' }, action: { button: '请选择' } } }, { body: { body: { text: 'Please choose' }, action: { button: 'Please choose' } } }]);
  });
  it('long words go ahead of the buttons', () => expect(shapes({ text: 'x'.repeat(1_100), choices: ['1'] })).toEqual(['text', 'interactive']));
});

it('knows user ids, numbers and groups', () => {
  expect(recipient('t', 'CN.1349')).toEqual({ recipient_type: 'individual', recipient: 'CN.1349' });
  expect(recipient('t', '+86 138-0013-8000')).toEqual({ recipient_type: 'individual', to: '8613800138000' });
  expect(recipient('group:12', 'CN.1')).toEqual({ recipient_type: 'group', to: '12' });
  expect(envelope({ key: 'key', thread: 't', to: '86138', content: { quote: { externalId: 'wamid.q' } } }, 'text', { body: 'x' })).toMatchObject({ context: { message_id: 'wamid.q' }, biz_opaque_callback_data: 'key', text: { body: 'x' } });
});

describe('templates', () => {
  const raw = { name: 'order_update', language: 'zh_CN', status: 'APPROVED', category: 'UTILITY', components: [
    { type: 'HEADER', format: 'TEXT', text: '订单 {{1}}' }, { type: 'BODY', text: '{{1}} 您好，{{2}} 已发出。{{1}}' }, { type: 'FOOTER', text: '谢谢' },
    { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: '好' }, { type: 'URL', text: '查看', url: 'https://example.test/{{1}}' }] },
  ] };
  it('count their variables through all parts, and go back into the right ones', () => {
    const known = templateOf(raw);
    expect(known?.template).toEqual({ name: 'order_update', language: 'zh_CN', category: 'utility', status: 'approved', variables: 4, text: '订单 {{1}}\n{{2}} 您好，{{3}} 已发出。{{2}}\n谢谢\n[好]\n[查看 https://example.test/{{4}}]' });
    expect(renderTemplate({ name: 'order_update', language: 'zh_CN', variables: ['4711', '王\n先生', '鞋', 'abc'] }, known?.shape)).toEqual({ name: 'order_update', language: { code: 'zh_CN' }, components: [
      { type: 'header', parameters: [{ type: 'text', text: '4711' }] }, { type: 'body', parameters: [{ type: 'text', text: '王 先生' }, { type: 'text', text: '鞋' }] },
      { type: 'button', sub_type: 'url', index: '1', parameters: [{ type: 'text', text: 'abc' }] },
    ] });
  });
  it('named ones, media headers, and none', () => {
    const named = templateOf({ name: 'hi', language: 'en', status: 'PAUSED', parameter_format: 'NAMED', components: [{ type: 'HEADER', format: 'IMAGE' }, { type: 'BODY', text: 'Hi {{first_name}}' }] });
    expect(named).toMatchObject({ template: { status: 'rejected', variables: 1, text: '[image]\nHi {{1}}' }, shape: { header: 'image' } });
    expect(renderTemplate({ name: 'hi', language: 'en', variables: ['Bo'] }, named?.shape, { type: 'image', id: '9' })).toMatchObject({ components: [{ type: 'header', parameters: [{ type: 'image', image: { id: '9' } }] }, { type: 'body', parameters: [{ text: 'Bo', parameter_name: 'first_name' }] }] });
    expect(renderTemplate({ name: 'hello_world', language: 'en_US', variables: [] })).toEqual({ name: 'hello_world', language: { code: 'en_US' } });
    expect(templateOf({})).toBeUndefined();
  });
});

describe('errors', () => {
  it.each<[number, number, string, number | undefined]>([
    [401, 190, 'signed-out', undefined], [400, 190, 'signed-out', undefined], [403, 10, 'signed-out', undefined], [400, 200, 'signed-out', undefined], [400, 131047, 'rejected', undefined], [400, 131026, 'rejected', undefined], [404, 132001, 'rejected', undefined],
    [400, 131056, 'rate-limited', 6_000], [400, 130429, 'rate-limited', 5_000], [400, 80007, 'rate-limited', 60_000], [400, 4, 'rate-limited', 60_000], [503, 131016, 'unreachable', 10_000], [500, 131000, 'in-doubt', undefined], [400, 100, 'rejected', undefined],
  ])('%d with code %d is %s', (status, code, kind, retryAfterMs) => {
    expect(graphError(status, { error: { code, message: 'm' } }, null)).toMatchObject({ kind, retryAfterMs, message: expect.stringContaining(String(code)) });
  });
  it('goes by the status where there is no code, and honours Retry-After', () => {
    expect([401, 403, 404, 429, 500, 503].map((status) => graphError(status, undefined, null).kind)).toEqual(['signed-out', 'signed-out', 'rejected', 'rate-limited', 'in-doubt', 'in-doubt']);
    expect(graphError(429, {}, '7').retryAfterMs).toBe(7_000);
    expect(graphError(429, {}, '9999999').retryAfterMs).toBe(3_600_000);
    expect(reasonOf({ code: '131026' })).toEqual({ 'zh-CN': expect.stringMatching(/^无法送达.*\(131026\)$/), en: expect.stringMatching(/^Cannot be delivered.*\(131026\)$/) });
    expect(reasonOf(null)).toEqual({ 'zh-CN': 'WhatsApp 没有说明原因', en: 'WhatsApp gave no reason' });
    expect(reasonsOf([{ code: 131026 }, { title: 'odd', code: 9 }])).toEqual({ 'zh-CN': expect.stringMatching(/^无法送达.*；odd \(9\)$/), en: expect.stringMatching(/^Cannot be delivered.*; odd \(9\)$/) });
  });
});
