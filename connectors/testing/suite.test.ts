/** The suite itself: a toy channel in memory that keeps every promise. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConnectorError, type ChannelKind, type Connector, type Inbox } from '../connector.ts';
import { recordingInbox } from './recording-inbox.ts';
import { connectorSuite } from './suite.ts';

const arrived: { key: string; text: string }[] = [];
let broken = false;

const toy: ChannelKind = {
  manifest: {
    kind: 'toy', label: { 'zh-CN': '玩具', en: 'Toy' }, icon: 'i-lucide-box', official: true,
    config: z.object({
      apiSecret: z.string().meta({ secret: true, label: { 'zh-CN': '密钥', en: 'Secret' } }),
    }),
    carries: { html: false, attachments: true, typing: false, receipts: false },
    limits: { textLength: 1_000, attachmentBytes: 1_000 }, units: 1, sending: 'idempotent', burstMs: 0,
  },
  async create(config): Promise<Connector> {
    const { apiSecret } = z.object({ apiSecret: z.string() }).parse(config);
    let inbox: Inbox | null = null;
    return {
      async start(given) {
        inbox = given;
        inbox.health({ state: 'ready' });
      },
      async send(message) {
        if (broken) throw new ConnectorError('unreachable', 'the toy is away');
        if (!arrived.some((one) => one.key === message.key)) arrived.push({ key: message.key, text: message.content.text ?? '' });
        return { externalId: `toy-${message.key}` };
      },
      async stop() { inbox = null; },
      async webhook(request) {
        if (request.headers.get('authorization') !== apiSecret) return new Response(null, { status: 401 });
        const said = z.object({ id: z.string(), thread: z.string(), text: z.string() }).parse(await request.json());
        return await inbox?.receive({ externalId: said.id, thread: said.thread, from: { value: 'customer', stable: true }, content: { text: said.text } })
          .then(() => new Response(null, { status: 204 }), () => new Response(null, { status: 503 })) ?? new Response(null, { status: 503 });
      },
    };
  },
};

const request = (said: object, authorization: string): Request =>
  new Request('http://127.0.0.1/hooks/toy/1', { method: 'POST', body: JSON.stringify(said), headers: { authorization } });

connectorSuite({
  channel: toy,
  config: () => ({ apiSecret: 'toy-secret' }),
  deliver: ({ connector }, said) => ({ acknowledged: Promise.resolve(connector.webhook?.(request(said, 'toy-secret'))).then((answer) => answer?.ok === true) }),
  sent: (_stage, text) => arrived.filter((one) => one.text === text).length,
  faults: { unreachable: () => { broken = true; return () => { broken = false; }; } },
  forgeries: () => [request({ id: '1', thread: '1', text: 'forged' }, 'wrong')],
  deviations: {
    fixtures: 'the toy has no payloads of its own',
    echo: 'the toy never shows what it was sent',
    outage: 'a webhook is brought again by the platform',
  },
});

describe('recordingInbox', () => {
  it('keeps each message once, holds, fails and finds words', async () => {
    const inbox = recordingInbox();
    const message = { externalId: 'a', thread: 't', from: { value: 'v', stable: true }, content: { text: 'x' } };
    expect(await inbox.receive(message)).toEqual({ seq: 1 });
    expect(await inbox.receive(message)).toEqual({ seq: 1 });
    expect([inbox.received.length, inbox.stored.size]).toEqual([2, 1]);
    inbox.failWith(new Error('away'));
    await expect(inbox.receive(message)).rejects.toThrow('away');
    inbox.log.warn({ error: new Error('the password is hunter2', { cause: { pass: 'hunter3' } }) }, 'sign-in failed');
    expect(inbox.words()).toContain('hunter2');
    expect(inbox.words()).toContain('hunter3');
    await expect(inbox.until((one) => one.stored.size === 9, 20)).rejects.toThrow('1 stored');
  });
});
