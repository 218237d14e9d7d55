/** SMS, MMS and WhatsApp by Twilio: signed forms in, REST calls out, receipts by callback. See README.md. */
import { z } from 'zod';
import { ConnectorError, wordsOf } from '../connector.ts';
import type { Connector, Health, Inbox, Outbound, Template } from '../connector.ts';
import { openAccount } from './account.ts';
import { isChat } from './address.ts';
import { checks, pointAtUs } from './checks.ts';
import { optedOut, OutcomeLost, Refusal } from './errors.ts';
import { fetchMedia } from './media.ts';
import type { Config } from './manifest.ts';
import { optOut, parse } from './parse.ts';
import type { Form, Parsed } from './parse.ts';
import { messagesOf, render } from './render.ts';
import type { Message } from './render.ts';
import { match } from './settle.ts';
import { idOf, listTemplates } from './templates.ts';
import { formOf } from './listed.ts';

/** Asks Twilio to call again when we are away: five times, whatever went wrong. Twilio reads it and does not send it. */
export const retries = '#rc=5&rp=all';

const bodyLimit = 1024 * 1024;
/** Twilio sends a few dozen; checking a signature sorts and joins them all, several times over. */
const mostFields = 1_000;

/** Makes the connector of one channel; `tuning` is for tests. */
export async function twilioSmsConnector(config: Config, { id, publicUrl }: { id: string; publicUrl: string }, tuning: { timeoutMs?: number } = {}): Promise<Connector> {
  const { client, signed } = await openAccount(config, tuning.timeoutMs);
  const hook = `${publicUrl.replace(/\/+$/, '')}/hooks/twilio-sms/${id}`;
  let inbox: Inbox | undefined;
  let lastHealth = '';
  let known: Template[] = [];

  const open = (): Inbox => {
    if (!inbox) throw new ConnectorError('unreachable', { 'zh-CN': '渠道未启动', en: 'The channel is not started' });
    return inbox;
  };
  function report(health: Health): void {
    const said = JSON.stringify(health);
    if (said !== lastHealth) inbox?.health(health);
    lastHealth = said;
  }

  /** Runs one call; what it shows about the account becomes the channel's light. */
  async function call<Answer>(run: () => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await run();
      report({ state: 'ready' });
      return answer;
    } catch (error) {
      if (error instanceof ConnectorError && error.kind === 'signed-out') report({ state: 'down', detail: { message: error.words } });
      if (error instanceof OutcomeLost || (error instanceof ConnectorError && error.kind === 'unreachable')) report({ state: 'degraded', detail: { message: wordsOf(error) } });
      throw error;
    }
  }

  function senderFor(to: string): { messagingServiceSid?: string; from?: string } {
    const number = isChat(to) ? config.whatsappFrom && `whatsapp:${config.whatsappFrom.replace(/^whatsapp:/, '')}` : config.from;
    // The service chooses among its own numbers; a WhatsApp sender that was named is meant.
    if (config.messagingServiceSid && !(isChat(to) && number)) return { messagingServiceSid: config.messagingServiceSid };
    if (number) return { from: number };
    throw new ConnectorError('rejected', isChat(to) ? { 'zh-CN': '渠道设置中没有 WhatsApp 号码', en: 'No WhatsApp number is set in the channel\'s settings' }
      : { 'zh-CN': '渠道设置中没有号码，也没有消息服务', en: 'No number and no messaging service is set in the channel\'s settings' });
  }

  async function rendered(message: Outbound): Promise<Message> {
    const { template } = message.content;
    if (!template) return await render(message, config);
    const sid = idOf(template, known) ?? idOf(template, known = await call(() => listTemplates(client)));
    if (!sid) throw new ConnectorError('rejected', { 'zh-CN': `Twilio 没有模板“${template.name}”（${template.language}）`, en: `Twilio has no template "${template.name}" (${template.language})` });
    return await render(message, config, sid);
  }

  async function find(message: Outbound, fields: Message): Promise<{ externalId: string } | null> {
    const listed = await call(() => client.messages.list({ to: fields.to, limit: 50 }));
    const found = match(fields, message.content.text, listed, new Set(message.history), new Date());
    if (found === 'unclear') throw new ConnectorError('in-doubt', { 'zh-CN': '此后 Twilio 已向该号码发送过消息，无法确认是否就是这个模板', en: 'Twilio has sent something to this number since, and cannot say whether it was this template' });
    return found && { externalId: found.sid };
  }

  async function keep(parsed: Parsed, raw: Uint8Array): Promise<void> {
    switch (parsed.kind) {
      case 'message': await open().receive(parsed.message); return;
      case 'happening': await open().happened(parsed.happening); return;
      case 'receipt':
        await open().receipt(parsed.receipt);
        if (parsed.happening) await open().happened(parsed.happening);
        return;
      case 'nothing': return;
      case 'unreadable': await open().quarantine({ externalId: parsed.externalId, bytes: raw, reason: parsed.reason });
    }
  }

  return {
    async start(given) {
      inbox = given;
      if (!config.messagingServiceSid && !config.from && !config.whatsappFrom) {
        report({ state: 'down', detail: { message: { 'zh-CN': '没有设置发送方：请为渠道填写消息服务或号码', en: 'No sender is set: give the channel a messaging service or a number' } } });
        return;
      }
      // Not waited for: a hub starts while Twilio is away, and takes in what comes.
      void call(() => client.api.v2010.accounts(config.accountSid).fetch()).catch(() => undefined);
    },
    async stop() {
      inbox = undefined;
    },

    async webhook(request) {
      if (request.method !== 'POST') return new Response('POST only', { status: 405, headers: { allow: 'POST' } });
      const raw = new Uint8Array(await request.arrayBuffer());
      if (raw.byteLength > bodyLimit || hasMoreFields(raw, mostFields)) return new Response(null, { status: 413 });
      const body = /^application\/json\b/i.test(request.headers.get('content-type') ?? '') ? Buffer.from(raw).toString('utf8') : fieldsOf(raw);
      const { search, searchParams } = new URL(request.url);
      const signature = request.headers.get('x-twilio-signature') ?? '';
      // Whatever a proxy made of the address: Twilio signed the one it was given.
      if (signature === '' || ![`${hook}${search}`, `${hook}${search}${retries}`].some((url) => signed(signature, url, body))) return new Response('The signature is wrong', { status: 403 });
      try {
        await keep(parse(typeof body === 'string' ? jsonFields(body) : body, searchParams.get('key') ?? undefined), raw);
      } catch (error) {
        inbox?.log.warn({ err: error instanceof Error ? error.message : String(error) }, 'a call of Twilio could not be stored; Twilio will call again');
        return new Response(null, { status: 503, headers: { 'retry-after': '2' } });
      }
      return new Response('<?xml version="1.0" encoding="UTF-8"?><Response/>', { status: 200, headers: { 'content-type': 'text/xml; charset=utf-8' } });
    },

    async send(message) {
      const fields = await rendered(message);
      const before = message.again ? await find(message, fields) : null;
      if (before) return { ...before, state: 'sent' };
      try {
        const { sid } = await call(() => client.messages.create({ ...fields, ...senderFor(fields.to), statusCallback: `${hook}?key=${encodeURIComponent(message.key)}${retries}` }));
        return { externalId: sid, state: 'sent' };
      } catch (error) {
        if (error instanceof Refusal && error.code === optedOut) await inbox?.happened(optOut(`${message.key}/opted-out`, fields.to)).catch(() => undefined);
        if (!(error instanceof OutcomeLost)) throw error;
        // What is on Twilio's list was taken; what is not may still be on its way, so the hub asks again later.
        const taken = await find(message, fields).catch(() => null);
        if (taken) return { ...taken, state: 'sent' };
        throw error;
      }
    },
    split: messagesOf,
    settle: async (message) => await find(message, await rendered(message)),

    async probe() {
      senderFor(config.from || config.messagingServiceSid ? '' : 'whatsapp:');
      await call(() => client.api.v2010.accounts(config.accountSid).fetch());
    },
    fetch: (ref) => fetchMedia(ref, config),
    templates: async () => known = await call(() => listTemplates(client)),

    async reconcile(since) {
      // Twilio dates a message a moment before it calls us.
      const until = new Date(Date.now() - 60_000);
      const listed = await call(() => client.messages.list({ dateSentAfter: new Date(since.getTime() - 60_000), pageSize: 200, limit: 5_000 }));
      for (const one of listed.toReversed()) {
        const form = await formOf(one, config, client);
        if (!form) continue;
        const parsed = parse(form);
        // A push says no time; the list does.
        if (parsed.kind === 'message' && one.dateSent) parsed.message.sentAt = one.dateSent;
        await keep(parsed, Buffer.from(JSON.stringify(form)));
      }
      // Twilio lists the newest first: at the limit the oldest are missing.
      return { until: listed.length < 5_000 ? until : since };
    },

    test: () => checks(client, config, hook),
    async act(action) {
      if (action !== 'set-webhook') throw new ConnectorError('rejected', { 'zh-CN': `没有操作“${action}”`, en: `There is no action "${action}"` });
      return await pointAtUs(client, config, `${hook}${retries}`);
    },
  };
}

/** Counted before anything is made of them: a stranger may send this. */
function hasMoreFields(raw: Uint8Array, most: number): boolean {
  let count = 1;
  for (let at = raw.indexOf(0x26); at >= 0 && count <= most; at = raw.indexOf(0x26, at + 1)) count += 1;
  return count > most;
}

/** Names with one value each, as Twilio sends them; a name that comes twice keeps both for the signature. */
function fieldsOf(raw: Uint8Array): Record<string, string | string[]> & Form {
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(Buffer.from(raw).toString('utf8'))) {
    const before = values.get(name);
    if (before) before.push(value);
    else values.set(name, [value]);
  }
  return Object.fromEntries([...values].map(([name, [first = '', ...others]]) => [name, others.length === 0 ? first : [first, ...others]]));
}

/** Twilio's newer products post JSON; what is none has no fields. */
function jsonFields(text: string): Form {
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}
