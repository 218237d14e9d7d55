/** Sends a mail to the mailbox itself and waits for it: the only proof that the whole way works, and that plus addresses arrive. */
import { randomBytes } from 'node:crypto';
import type { ImapFlow } from 'imapflow';
import { z } from 'zod';
import type { Account } from './account.ts';
import { withClient } from './imap.ts';
import type { Rendered } from './render.ts';
import { compose, refusesReturnAddress, submit } from './smtp.ts';
import { bounceAddress, ourMessageId, replyAddress } from './threading.ts';

/** What was found. `took`: milliseconds from the hand-over to the mail in the mailbox, null when it did not come. */
export type Findings = { took: number | null; notified: boolean; plus: boolean; returnable: boolean };

/** What later sends rely on. */
export const PlusFacts = z.object({ works: z.boolean(), returnable: z.boolean(), at: z.iso.datetime() });
export type PlusFacts = z.infer<typeof PlusFacts>;

/** Runs on connections of its own and takes its mails away again. The first mail may take `patience` ms, the second `further` once the first is here. */
export function probe(account: Account, patience: number, further: number): Promise<Findings> {
  const { config } = account;
  return withClient(account, async (client) => {
    await client.mailboxOpen(config.mailbox);
    const plain = ourMessageId(config.tokenSecret, `probe ${randomBytes(12).toString('hex')}`, config.address);
    const thread = `m${randomBytes(12).toString('hex')}`;
    const tagged = ourMessageId(config.tokenSecret, `probe ${thread}`, config.address, thread);
    const reply = replyAddress(config.tokenSecret, thread, config.address);
    let heard = false;
    let wake = Promise.withResolvers<void>();
    client.on('exists', () => { heard = true; wake.resolve(); });
    const began = performance.now();
    await submit(account, { from: config.address, to: [config.address] }, await compose(letter(account, plain, config.address)));
    const returnable = reply !== null && await sendTagged(account, tagged, reply);
    let took: number | null = null;
    let notified = false;
    let plus = false;
    for (let end = began + patience; performance.now() < end && !(took !== null && (plus || reply === null));) {
      const asleep = setTimeout(() => wake.resolve(), 1_000);
      await wake.promise;
      clearTimeout(asleep);
      wake = Promise.withResolvers<void>();
      if (!heard) await client.noop();
      if (took === null && await has(client, plain)) {
        took = performance.now() - began;
        notified = heard;
        end = Math.min(end, performance.now() + further);
      }
      plus ||= reply !== null && await has(client, tagged);
    }
    await tidy(client, [plain, tagged]);
    return { took, notified, plus, returnable: plus && returnable };
  });
}

/** False: the server takes only the bare address as the one to return to. */
async function sendTagged(account: Account, messageId: string, to: string): Promise<boolean> {
  const { config } = account;
  const raw = await compose(letter(account, messageId, to));
  const from = bounceAddress(config.tokenSecret, messageId, config.address);
  // Where the plus address itself is refused, nothing arrives, and that is the answer.
  const plainly = (): Promise<false> => submit(account, { from: config.address, to: [to] }, raw).then(() => false as const, () => false as const);
  return from === null ? plainly() : submit(account, { from, to: [to] }, raw).then(() => true, (error: unknown) => (refusesReturnAddress(error) ? plainly() : false));
}

function letter({ config }: Account, messageId: string, to: string): Rendered {
  const text = 'This mail tests a mailbox and is taken away by itself. 这是一封邮箱测试邮件，会自动删除。';
  return {
    from: { name: config.displayName, address: config.address }, to: { name: '', address: to }, subject: 'Hubbub: mailbox test', messageId, text, html: '',
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Hubbub-Id': messageId }, attachments: [], envelope: { from: config.address, to: [to] }, disableFileAccess: true, disableUrlAccess: true,
  };
}

const found = async (client: ImapFlow, messageId: string): Promise<number[]> => {
  const uids = await client.search({ header: { 'message-id': messageId } }, { uid: true });
  return Array.isArray(uids) ? uids : [];
};
const has = async (client: ImapFlow, messageId: string): Promise<boolean> => (await found(client, messageId)).length > 0;

/** Only our own test mails, by ids nobody else can make. What cannot be removed stays and is recognised as ours. */
async function tidy(client: ImapFlow, ids: string[]): Promise<void> {
  for (const id of ids) {
    const uids = await found(client, id).catch(() => []);
    if (uids.length > 0) await client.messageDelete(uids.join(','), { uid: true }).catch(() => undefined);
  }
}
