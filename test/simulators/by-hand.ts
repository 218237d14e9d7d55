/** One platform for a person at a keyboard: a channel is made for it, lines are customers' words, answers are printed. */
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Platform, Start } from './platforms.ts';

const Made = z.looseObject({ webhookUrl: z.string().default(''), secrets: z.record(z.string(), z.string()).default({}) });

/** Names become numbers where the platform knows people by number. */
const numberOf = (name: string): string => (/^\+?\d{6,15}$/.test(name) ? name.replace('+', '') : `8613${[...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1e9, 7).toString().padStart(9, '0')}`);
const addresses: Record<string, (name: string) => string> = { 'whatsapp-cloud': numberOf, 'twilio-sms': (name) => `+${numberOf(name)}` };

/** Until the input ends. @param kind of the channel that is made on the hub */
export async function playByHand(kind: string, start: Start, { hub, token }: { hub: string; token: string }): Promise<void> {
  const platform: Platform = await start(({ customer, text }) => process.stdout.write(`-> ${customer}: ${text}\n`), {});
  const answer = await fetch(`${hub}/api/v1/channels`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ kind, name: `${platform.name} (sim)`, config: platform.config }) });
  if (!answer.ok) {
    process.stderr.write(`The hub refused the channel: ${await answer.text()}\n`);
    process.exit(1);
  }
  const { webhookUrl, secrets } = Made.parse(await answer.json());
  await platform.connect({ url: webhookUrl, local: webhookUrl, secrets });
  process.stdout.write('Connected. Type `name: words` to be a customer.\n');
  for await (const line of createInterface({ input: process.stdin })) {
    const [, who = '', text = ''] = /^\s*([^:：]+)[:：]\s*(.+)$/u.exec(line) ?? [];
    const name = who.trim();
    if (name && text) await platform.act({ address: addresses[kind]?.(name) ?? name, name }, { do: 'say', text });
    else process.stdout.write('Write a name, a colon and words.\n');
  }
  process.exit(0);
}
