/** Signed calls that nobody can use as they are: each is kept, and none comes again and again. */
import { beforeEach, expect, it } from 'vitest';
import { signedCall } from '../../test/simulators/whatsapp-cloud.ts';
import type { Connector } from '../connector.ts';
import { recordingInbox, type RecordingInbox } from '../testing/recording-inbox.ts';
import { whatsappConnector } from './connector.ts';
import { Config } from './manifest.ts';

const url = 'http://hub.test/hooks/whatsapp-cloud/0123456789abcdef01234567';
const secret = 'an-app-secret-of-32-characters-00';
let connector: Connector;
let inbox: RecordingInbox;
beforeEach(async () => {
  inbox = recordingInbox();
  connector = whatsappConnector(Config.parse({ phoneNumberId: '106540352242922', wabaId: '102290129340398', accessToken: 'token-of-tests', appSecret: secret, verifyToken: 'verify-me', apiBase: 'http://127.0.0.1:1' }));
  await connector.start(inbox);
  return () => connector.stop();
});
const post = async (payload: unknown) => (await connector.webhook?.(signedCall(secret, url, payload)))?.status;

it('nested without end', async () => {
  const nested = (open: string, close: string): string => `{"entry":[{"changes":[{"field":"messages","value":{"messages":[{"from":"16315551181","id":"deep","type":"x","x":${open.repeat(100_000)}1${close.repeat(100_000)}}]}}]}]}`;
  for (const body of [nested('[', ']'), nested('{"a":', '}')]) {
    const began = performance.now();
    expect(await post(body)).toBe(200);
    expect(performance.now() - began).toBeLessThan(1_000);
  }
  expect(inbox.quarantined.map(({ reason, bytes }) => [reason, bytes.length > 200_000])).toEqual(Array.from({ length: 2 }, () => ['the call cannot be read: the call is nested too deeply', true]));
});

it('said to another number: kept, and the channel tells of it', async () => {
  const payload = { entry: [{ changes: [{ field: 'messages', value: { metadata: { display_phone_number: '15559999999', phone_number_id: '999' }, messages: [{ from: '16315551181', id: 'elsewhere', type: 'text', text: { body: 'hello?' } }] } }] }] };
  for (let time = 0; time < 2; time += 1) expect(await post(payload)).toBe(200);
  expect(inbox.stored.size).toBe(0);
  expect(new Set(inbox.quarantined.map(({ externalId }) => externalId)).size).toBe(1);
  expect(Buffer.from(inbox.quarantined[0]?.bytes ?? []).toString()).toContain('hello?');
  expect(inbox.healths).toContainEqual({ state: 'degraded', detail: { message: { 'zh-CN': expect.stringContaining('15559999999'), en: expect.stringContaining('15559999999') } } });
});
