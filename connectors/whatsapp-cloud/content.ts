/** What one message carries, of every kind the Cloud API knows; an unknown kind becomes a placeholder that keeps the raw JSON. Pure. */
import type { Inbound, InboundFile } from '../connector.ts';
import type { Content } from '../../server/conversations/schema.ts';
import { reasonsOf } from './errors.ts';
import { firstWords, isObject, list, number, object, words, type Json } from './fields.ts';
import { choiceOf } from './choices.ts';
import { fileName, refOf } from './media-names.ts';
import { phoneOf } from './people.ts';

/** Content with the files that came along, or that Meta still holds. */
export type Carried = { content: Content; files?: InboundFile[]; later?: NonNullable<Inbound['later']> };

const media = new Set(['image', 'audio', 'voice', 'video', 'document', 'sticker']);

/** The message's content; never throws. */
export function contentOf(message: Json): Carried {
  const kind = words(message['type'], 60).trim() || kindByField(message);
  const part = object(message[kind]);
  const carried = carriedBy(kind, part, message);
  const quote = quoteOf(object(message['context']));
  return quote ? { ...carried, content: { ...carried.content, quote } } : carried;
}

/** Old payloads, and some echoes, leave the type out. */
const kindByField = (message: Json): string => ['text', ...media, 'location', 'contacts', 'interactive', 'button', 'reaction', 'order', 'system'].find((name) => message[name] !== undefined) ?? 'unknown';

function carriedBy(kind: string, part: Json, message: Json): Carried {
  if (media.has(kind)) return file(kind, part, message);
  switch (kind) {
    case 'text': return plain(words(part['body']) || words(message['text']), kind, message);
    case 'location': return location(part, message);
    case 'contacts': return cards(list(message['contacts']), message);
    case 'interactive': return interactive(part, message);
    case 'button': return plain(firstWords(part['text'], part['payload']), kind, message);
    case 'order': return plain(order(part), kind, message);
    case 'template': return template(part, message);
    case 'unsupported': return unreadable(firstWords(object(message['unsupported'])['type'], part['type'], kind), message);
    default: return unreadable(kind, message);
  }
}

const plain = (text: string, kind: string, message: Json): Carried => (text.trim() ? { content: { text } } : unreadable(kind, message));

/** The placeholder: shown as what it is, with the payload as a file. */
export function unreadable(kind: string, message: unknown): Carried {
  const named = kind.slice(0, 100);
  const reason = reasonsOf(object(message)['errors']) ?? { 'zh-CN': `这里无法显示这种 WhatsApp 消息（${named}）`, en: `WhatsApp messages of the kind "${named}" cannot be shown here` };
  const bytes = new TextEncoder().encode(JSON.stringify(message, null, 2) ?? 'null');
  return {
    content: { unreadable: { reason, kind: named } },
    files: [{ name: 'message.json', type: 'application/json', bytes }],
  };
}

function file(kind: string, part: Json, message: Json): Carried {
  const id = words(part['id'], 200).trim();
  if (!id) return unreadable(kind, message);
  const given = firstWords(part['mime_type'], kind === 'sticker' ? 'image/webp' : '').split(';')[0]?.trim().toLowerCase() ?? '';
  const type = /^[\w.+-]{1,80}\/[\w.+-]{1,80}$/.test(given) ? given : 'application/octet-stream';
  const name = fileName(firstWords(part['filename']), kind, type);
  // Only what was held into the microphone is a voice note; a song sent as a file is a file.
  const isVoice = kind === 'voice' || (kind === 'audio' && words(part['voice']) === 'true');
  const role = kind === 'sticker' ? 'sticker' : isVoice ? 'voice' : undefined;
  const caption = words(part['caption']);
  return { content: caption.trim() ? { text: caption } : {}, later: [{ ref: refOf(id, name), name, type, ...(role && { role }) }] };
}

function location(part: Json, message: Json): Carried {
  const latitude = number(part['latitude']);
  const longitude = number(part['longitude']);
  if (latitude === undefined || longitude === undefined) return unreadable('location', message);
  const name = [words(part['name'], 200), words(part['address'], 400)].map((text) => text.trim()).filter(Boolean).join(', ');
  const url = words(part['url'], 1_000).trim();
  return { content: { location: { latitude, longitude, ...(name && { name }) }, ...(url && { text: url }) } };
}

function cards(entries: unknown[], message: Json): Carried {
  const found = entries.map(object).map((entry) => {
    const name = object(entry['name']);
    const phones = list(entry['phones']).map(object).map((phone) => firstWords(phone['phone'], phoneOf(phone['wa_id']) && `+${phoneOf(phone['wa_id'])}`).slice(0, 60)).filter(Boolean);
    const emails = list(entry['emails']).map(object).map((email) => words(email['email'], 200).trim()).filter(Boolean);
    const shown = firstWords(name['formatted_name'], [name['first_name'], name['last_name']].map((one) => words(one)).join(' '), object(entry['org'])['company'], phones[0], emails[0]).slice(0, 200);
    return { name: shown || '?', phones: phones.slice(0, 20), emails: emails.slice(0, 20) };
  });
  if (found.length === 0) return unreadable('contacts', message);
  const more = found.length > 20 ? unreadable('contacts', message).files : undefined;
  return { content: { cards: found.slice(0, 20) }, ...(more && { files: more }) };
}

function interactive(part: Json, message: Json): Carried {
  const kind = words(part['type'], 60);
  const reply = object(part[kind]);
  if (kind === 'button_reply' || kind === 'list_reply') return plain(choiceOf(words(reply['id'], 400)) ?? firstWords(reply['title'], reply['id']), kind, message);
  if (kind === 'nfm_reply') return plain(form(reply), kind, message);
  // Echoes show what we asked: the words of it.
  const asked = [object(part['header'])['text'], object(part['body'])['text'], object(part['footer'])['text']].map((text) => words(text).trim()).filter(Boolean).join('\n');
  return asked ? { content: { text: asked } } : unreadable(kind ? `interactive/${kind}` : 'interactive', message);
}

/** A filled-in form (a WhatsApp Flow, an address): one line a field. */
function form(reply: Json): string {
  let fields: unknown;
  try {
    fields = JSON.parse(words(reply['response_json']));
  } catch {
    fields = undefined;
  }
  const lines = !isObject(fields) ? [words(reply['response_json']).trim()] : Object.entries(fields).filter(([name]) => name !== 'flow_token').map(([name, value]) => `${name}: ${typeof value === 'object' && value !== null ? JSON.stringify(value) : words(value)}`);
  const body = firstWords(reply['body']);
  return [body === 'Sent' && lines.some(Boolean) ? '' : body, ...lines].filter(Boolean).join('\n') || firstWords(reply['name']);
}

/** What is ordered, one line a product; the heading is an event of its own. */
function order(part: Json): string {
  const lines = itemsOf(part).map((item) =>
    `${words(item['quantity']) || '1'} × ${words(item['product_retailer_id'])}${item['item_price'] === undefined ? '' : ` @ ${words(item['item_price'])} ${words(item['currency'])}`.trimEnd()}`);
  return [...lines, words(part['text']).trim()].filter(Boolean).join('\n');
}

const itemsOf = (part: Json): Json[] => list(part['product_items']).map(object);

/** An order in one sentence; null when the message is none. */
export function orderOf(message: Json): { text: { 'zh-CN': string; en: string }; data: Record<string, string> } | null {
  const part = object(message['order']);
  const items = itemsOf(part);
  if (words(message['type']) !== 'order' || items.length === 0) return null;
  const currencies = new Set(items.map((item) => words(item['currency'], 10)));
  const cents = items.reduce((sum, item) => sum + Math.round((number(item['item_price']) ?? Number.NaN) * 100) * (number(item['quantity']) ?? 1), 0);
  const total = currencies.size === 1 && Number.isFinite(cents) ? `${(cents / 100).toFixed(2)} ${[...currencies].join('')}`.trim() : '';
  const catalogue = words(part['catalog_id'], 200);
  return {
    text: { 'zh-CN': `客户提交了订单：${items.length} 种商品${total && `，共 ${total}`}`, en: `The customer sent an order: ${items.length} ${items.length === 1 ? 'product' : 'products'}${total && `, ${total} in all`}` },
    data: { ...(catalogue && { catalogue }), ...(total && { total }), items: JSON.stringify(items).slice(0, 4_000) },
  };
}

/** `context` also marks forwards, which quote nothing. */
function quoteOf(context: Json): Content['quote'] {
  const externalId = firstWords(context['id'], context['message_id'], context['gs_id']);
  return externalId ? { externalId } : undefined;
}

/** An echo of a template names it only. */
function template(part: Json, message: Json): Carried {
  const name = firstWords(part['name']).slice(0, 512);
  return name ? { content: { text: name, template: { name, language: firstWords(object(part['language'])['code'], part['language']).slice(0, 20), variables: [] } } } : unreadable('template', message);
}

/** The product a question is about; it stands beside the message. */
export function productOf(message: Json): Content['link'] {
  const product = object(object(message['context'])['referred_product']);
  const id = firstWords(product['product_retailer_id']);
  const catalogue = words(product['catalog_id'], 200).trim();
  return id ? { title: id.slice(0, 500), ...(catalogue && { description: catalogue }) } : undefined;
}
