/** Our words out: each message once, whatever becomes of the answer. */
import { ConnectorError, type Outbound } from '../connector.ts';
import { wasAnswered } from './errors.ts';
import { firstWords, list, object } from './fields.ts';
import type { Graph } from './graph.ts';
import type { Config } from './manifest.ts';
import { upload } from './media.ts';
import { isUserId, phoneOf } from './people.ts';
import { envelope, partOf, type Part } from './render.ts';
import type { Sends } from './sends.ts';
import { miscounted, renderTemplate, type Shape } from './template.ts';
import type { Threads } from './threads.ts';

/** What sending needs of the running connector. */
export type Outgoing = {
  graph: Graph; config: Pick<Config, 'phoneNumberId'>; sends: Sends; threads: Threads;
  shapeOf(name: string, language: string): Promise<Shape | undefined>; stopping: AbortSignal;
};

/** The doubt stays with the hub when we are told to stop: it asks again afterwards. */
const undecided = (stopping: AbortSignal): Error => (stopping.aborted ? new Error('the channel was stopped while it was sending') : doubt());
const doubt = (): ConnectorError => new ConnectorError('in-doubt', { 'zh-CN': '没有收到 WhatsApp 的答复，不知道是否送出；如果送出，状态会随回执更新', en: 'WhatsApp did not answer and nobody can tell yet whether it was sent; a receipt will say so' })

/** Sends one message, unless it went out before. */
export async function send(outgoing: Outgoing, message: Outbound): Promise<{ externalId: string; state: 'sent' }> {
  const to = message.to || await outgoing.threads.address(message.thread);
  const part = partOf(message.content, message.locale);
  return { externalId: await earlier(outgoing, message) ?? await sendPart(outgoing, { ...message, to }, part), state: 'sent' };
}

/** What became of a message: its id, or null when it must still be sent. Throws 'in-doubt'. */
export async function settle(outgoing: Outgoing, message: Outbound): Promise<{ externalId: string } | null> {
  const externalId = await earlier(outgoing, { ...message, again: true });
  return externalId === undefined ? null : { externalId };
}

/** The id of a message that was sent before; undefined: it was not. */
async function earlier({ sends, stopping }: Outgoing, { key, again }: Outbound): Promise<string | undefined> {
  const known = sends.id(key);
  if (known !== undefined || !again || sends.isAbsent(key)) return known;
  const found = await sends.ask(key, stopping);
  if (found === undefined) throw undecided(stopping);
  return found ?? undefined;
}

async function sendPart(outgoing: Outgoing, message: Outbound, part: Part): Promise<string> {
  const { graph, config, sends, threads, stopping } = outgoing;
  const { key } = message;
  const { type, body } = await bodyOf(outgoing, message, part);
  sends.trying(key);
  try {
    const answer = await graph.post(`${config.phoneNumberId}/messages`, envelope(message, type, body));
    const id = firstWords(object(list(answer['messages'])[0])['id']);
    if (!id) throw new ConnectorError('in-doubt', { 'zh-CN': 'WhatsApp 的答复没有编号', en: 'WhatsApp answered without an id' }, { cause: { answered: true } });
    sends.arrived(key, id);
    await learn(threads, message, answer).catch(() => undefined);
    return id;
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'in-doubt') throw error;
    // The status of what Meta took comes within seconds, and names our key: it is waited for here.
    sends.doubtful(key, wasAnswered(error));
    const found = await sends.ask(key, stopping);
    if (found) return found;
    throw found === null ? new ConnectorError('unreachable', error.words, { cause: error }) : undecided(stopping);
  }
}

/** Meta says whose number it is: answers will come from that id. */
async function learn(threads: Threads, { thread, to }: Outbound, answer: object): Promise<void> {
  const phone = phoneOf(to);
  if (isUserId(to) || !phone || thread.startsWith('group:')) return;
  const contact = object(list(object(answer)['contacts'])[0]);
  await threads.began(thread, phone, phoneOf(contact['wa_id']), firstWords(contact['user_id']) || undefined);
}

async function bodyOf({ graph, config, shapeOf }: Outgoing, { content, file }: Outbound, part: Part): Promise<{ type: string; body: object }> {
  if (part.kind === 'ready') return part;
  if (part.kind === 'file') {
    const { attachment, type, caption } = part;
    const id = await upload(graph, config.phoneNumberId, attachment, await file(attachment));
    return { type, body: { id, ...(caption && { caption }), ...(type === 'document' && { filename: attachment.name }), ...(type === 'audio' && attachment.role === 'voice' && isVoice(attachment.type) && { voice: true }) } };
  }
  const shape = await shapeOf(part.template.name, part.template.language);
  if (shape && miscounted(shape, part.template.variables)) {
    throw new ConnectorError('rejected', { 'zh-CN': `模板 ${part.template.name} 需要 ${shape.slots.length} 个变量，填写了 ${part.template.variables.length} 个`, en: `The template ${part.template.name} has ${shape.slots.length} variables, ${part.template.variables.length} were filled in` });
  }
  if (shape?.header && shape.header !== 'location' && !part.attachment) throw new ConnectorError('rejected', { 'zh-CN': `模板 ${part.template.name} 的页眉需要一个文件（${shape.header}）`, en: `The header of the template ${part.template.name} needs a file (${shape.header})` });
  const media = shape?.header && shape.header !== 'location' && part.attachment
    ? { type: shape.header, id: await upload(graph, config.phoneNumberId, part.attachment, await file(part.attachment)), ...(shape.header === 'document' && { filename: part.attachment.name }) } : undefined;
  return { type: 'template', body: renderTemplate(part.template, shape, media, content.location) };
}

/** Only Ogg with Opus is shown as a voice note. */
const isVoice = (type: string): boolean => /^audio\/(?:ogg|opus)/.test(type);
