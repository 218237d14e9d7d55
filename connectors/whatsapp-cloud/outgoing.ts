/** Our words out: one message after another, each once, whatever becomes of the answers. */
import { ConnectorError, type Outbound } from '../connector.ts';
import { wasAnswered } from './errors.ts';
import { firstWords, list, object } from './fields.ts';
import type { Graph } from './graph.ts';
import type { Config } from './manifest.ts';
import { upload } from './media.ts';
import type { pairLimit } from './pair.ts';
import { isUserId, phoneOf } from './people.ts';
import { envelope, render, type Part } from './render.ts';
import type { Sends } from './sends.ts';
import { dataOf } from './status.ts';
import { miscounted, renderTemplate, type Shape } from './template.ts';
import type { Threads } from './threads.ts';

/** What sending needs of the running connector. */
export type Outgoing = {
  graph: Graph; config: Pick<Config, 'phoneNumberId'>; sends: Sends; threads: Threads; limit: ReturnType<typeof pairLimit>;
  shapeOf(name: string, language: string): Promise<Shape | undefined>; stopping: AbortSignal;
};

/** The doubt stays with the hub when we are told to stop: it asks again afterwards. */
const undecided = (stopping: AbortSignal): Error => (stopping.aborted ? new Error('the channel was stopped while it was sending') : doubt());
const doubt = (): ConnectorError => new ConnectorError('in-doubt', '没有收到 WhatsApp 的答复，不知道是否送出；如果送出，状态会随回执更新 / WhatsApp did not answer and nobody can tell yet whether it was sent; a receipt will say so');

/** Sends what was not sent yet. */
export async function send(outgoing: Outgoing, message: Outbound): Promise<{ externalId: string; state: 'sent' }> {
  const to = message.to || await outgoing.threads.address(message.thread);
  const parts = render(message.content);
  const ids: string[] = [];
  for (const [index, part] of parts.entries()) {
    const data = dataOf(message.key, index);
    ids.push(await earlier(outgoing, message, data) ?? await sendPart(outgoing, { ...message, to }, part, index, data));
  }
  return { externalId: ids[0] ?? '', state: 'sent' };
}

/** What became of the whole message: its id, or null when something of it must still be sent. Throws 'in-doubt'. */
export async function settle(outgoing: Outgoing, message: Outbound): Promise<{ externalId: string } | null> {
  for (const index of render(message.content).keys()) {
    if (await earlier(outgoing, { ...message, again: true }, dataOf(message.key, index)) === undefined) return null;
  }
  const externalId = outgoing.sends.id(message.key);
  return externalId ? { externalId } : null;
}

/** The id of a part that was sent before; undefined: it was not. */
async function earlier({ sends, stopping }: Outgoing, { key, again }: Outbound, data: string): Promise<string | undefined> {
  const known = sends.id(data);
  if (known !== undefined || !again || sends.isAbsent(data)) return known;
  // This process began the message and did not come to this part.
  if (!sends.tried(data) && sends.tried(key)) return undefined;
  const found = await sends.ask(data, stopping);
  if (found === undefined) throw undecided(stopping);
  return found ?? undefined;
}

async function sendPart(outgoing: Outgoing, message: Outbound, part: Part, index: number, data: string): Promise<string> {
  const { graph, config, sends, threads, limit, stopping } = outgoing;
  limit.take(message.thread.startsWith('group:') ? message.thread : message.to, performance.now());
  const { type, body } = await bodyOf(outgoing, message, part);
  sends.trying(data);
  try {
    const answer = await graph.post(`${config.phoneNumberId}/messages`, envelope(message, index, data, type, body));
    const id = firstWords(object(list(answer['messages'])[0])['id']);
    if (!id) throw new ConnectorError('in-doubt', 'WhatsApp answered without an id', { cause: { answered: true } });
    sends.arrived(data, id);
    await learn(threads, message, answer).catch(() => undefined);
    return id;
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'in-doubt') throw error;
    // The status of what Meta took comes within seconds, and names our key: it is waited for here.
    sends.doubtful(data, wasAnswered(error));
    const found = await sends.ask(data, stopping);
    if (found) return found;
    throw found === null ? new ConnectorError('unreachable', error.message, { cause: error }) : undecided(stopping);
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
    throw new ConnectorError('rejected', `模板 ${part.template.name} 需要 ${shape.slots.length} 个变量 / The template ${part.template.name} has ${shape.slots.length} variables, ${part.template.variables.length} were filled in`);
  }
  if (shape?.header && shape.header !== 'location' && !part.attachment) throw new ConnectorError('rejected', `模板 ${part.template.name} 的页眉需要一个文件（${shape.header}）/ The header of the template ${part.template.name} needs a file (${shape.header})`);
  const media = shape?.header && shape.header !== 'location' && part.attachment
    ? { type: shape.header, id: await upload(graph, config.phoneNumberId, part.attachment, await file(part.attachment)), ...(shape.header === 'document' && { filename: part.attachment.name }) } : undefined;
  return { type: 'template', body: renderTemplate(part.template, shape, media, content.location) };
}

/** Only Ogg with Opus is shown as a voice note. */
const isVoice = (type: string): boolean => /^audio\/(?:ogg|opus)/.test(type);
