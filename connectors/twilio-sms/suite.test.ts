/** SMS and WhatsApp by Twilio: what every channel promises. */
import { readFileSync, readdirSync } from 'node:fs';
import { startTwilioSmsSimulator } from '../../test/simulators/twilio-sms.ts';
import type { TwilioSmsSimulator } from '../../test/simulators/twilio-sms.ts';
import type { Stage } from '../testing/suite.ts';
import { connectorSuite } from '../testing/suite.ts';
import { twilioSms } from './kind.ts';
import { parse } from './parse.ts';

const hook = 'http://127.0.0.1:1/hooks/twilio-sms/0123456789abcdef01234567';
let simulator: TwilioSmsSimulator | undefined;
const twilio = (): TwilioSmsSimulator => {
  if (!simulator) throw new Error('the simulator is not started');
  return simulator;
};
const numbers = new Map<string, string>();
/** A number for each of the suite's threads. */
const customerOf = (thread: string): string => {
  const known = numbers.get(thread) ?? `+1415555${1000 + numbers.size}`;
  numbers.set(thread, known);
  return known;
};
const take = async ({ connector }: Stage, request: Request): Promise<boolean> => (await connector.webhook?.(request))?.ok === true;
const ordered = (order: Parameters<TwilioSmsSimulator['order']>[0]) => () => {
  twilio().order(order);
  return () => twilio().order({});
};

const folder = new URL('fixtures/', import.meta.url);

connectorSuite({
  channel: twilioSms,
  config: () => twilio().config(),
  address: { thread: '+14155551000', to: '+14155551000' },
  platform: {
    async start() { simulator = await startTwilioSmsSimulator({ attempts: 1 }); simulator.connect({ url: hook, take: async () => new Response() }); },
    async stop() { await simulator?.close(); },
  },
  fixtures: readdirSync(folder).filter((name) => name.startsWith('message-')).map((name) => ({
    name,
    parse() {
      const parsed = parse(Object.fromEntries(new URLSearchParams(readFileSync(new URL(name, folder), 'utf8').trim())));
      if (parsed.kind !== 'message') throw new Error(JSON.stringify(parsed));
      return parsed.message;
    },
  })),
  deliver: (stage, said) => ({ acknowledged: take(stage, twilio().signedRequest(hook, twilio().formOf(`SM${said.id}`, customerOf(said.thread), said.text))) }),
  sent: (_stage, text) => twilio().history().received.filter((one) => one.text === text).length,
  async echo(stage, { externalId, message }) {
    await take(stage, twilio().signedRequest(`${hook}?key=${message.key}`, { MessageSid: externalId, MessageStatus: 'delivered', To: message.to, From: twilio().number, Body: 'from us' }));
  },
  faults: {
    'rate-limited': ordered({ limited: 1 }),
    'signed-out': () => { twilio().changeToken('0123456789'); return () => twilio().changeToken(); },
    rejected: async () => { await twilio().say('+14155551000', 'STOP').taken; return async () => { await twilio().say('+14155551000', 'START').taken; }; },
  },
  forgeries: () => {
    const form = twilio().formOf('SMforged', '+14155550199', 'forged');
    const good = twilio().signedRequest(hook, form);
    return [
      new Request(hook, { method: 'POST', body: new URLSearchParams(form) }),
      twilio().signedRequest(hook, form, 'another token'),
      new Request(hook, { method: 'POST', body: new URLSearchParams({ ...form, Body: 'changed' }), headers: good.headers }),
      new Request(`${hook}?key=1`, { method: 'POST', body: new URLSearchParams(form), headers: good.headers }),
      new Request(hook, { method: 'POST', body: new URLSearchParams(form), headers: twilio().signedRequest('https://other.example/hooks/twilio-sms/0123456789abcdef01234567', form).headers }),
    ];
  },
  deviations: {
    outage: 'Twilio calls again while we are away (README: #rc=5), and reconcile() asks for the rest: story.database.test.ts shows both',
  },
});
