import { expect, it } from 'vitest';
import type { Attachment, Content } from '../../server/conversations/schema.ts';
import { render } from './render.ts';

const file = (type: string, role?: Attachment['role']): Attachment => ({ id: 'a'.repeat(24), name: 'f', type, size: 1, ...(role && { role }) });
const shape = (content: Content) => render(content).map((part) => (part.kind === 'file' ? `${part.as}${part.caption === undefined ? '' : `:${part.caption}`}` : part.kind === 'text' ? `text:${part.text}` : part.kind));

it.each<[string, Content, string[]]>([
  ['text', { text: '好的' }, ['text:好的']],
  ['a picture with its words', { text: 'see', attachments: [file('image/png')] }, ['media:see']],
  ['a document, a video', { attachments: [file('application/pdf'), file('video/mp4')] }, ['document', 'media']],
  ['what a phone would not show becomes a document', { attachments: [file('image/svg+xml'), file('image/tiff')] }, ['document', 'document']],
  ['voice notes and stickers have no captions', { text: 'listen', attachments: [file('audio/ogg', 'voice'), file('image/webp', 'sticker')] }, ['text:listen', 'voice', 'sticker']],
  ['long words are no caption', { text: 'x'.repeat(1_025), attachments: [file('image/png')] }, [`text:${'x'.repeat(1_025)}`, 'media']],
  ['choices and sources as words', { text: 'which?', choices: ['one', 'two'], sources: [{ id: 's', title: 'Handbook', url: 'https://example.test/h' }, { id: 't', title: 'no address' }] }, ['text:which?\n\n1. one\n2. two\n\nHandbook: https://example.test/h']],
  ['a link as words', { link: { title: 'A', url: 'https://example.test', description: 'b' } }, ['text:A\nb\nhttps://example.test']],
  ['html without text', { html: '<p>a<br>b</p>' }, ['text:a\nb']],
  ['a place beside words', { text: 'here', location: { latitude: 1, longitude: 2 } }, ['text:here', 'location']],
  ['nothing at all is something', {}, ['text:-']],
])('%s', (_, content, parts) => expect(shape(content)).toEqual(parts));

it('a contact card cannot smuggle lines in', () => {
  const [part] = render({ cards: [{ name: 'Li;\nNa', phones: ['+86 13\nTEL:1'], emails: ['a@example.test\r\nX:1'] }] });
  expect(part).toEqual({ kind: 'card', vcard: 'BEGIN:VCARD\nVERSION:3.0\nN:;Li\\;\\nNa;;;\nFN:Li\\;\\nNa\nTEL;type=CELL;waid=86131:+86 13 TEL:1\nEMAIL:a@example.test  X:1\nEND:VCARD' });
});
