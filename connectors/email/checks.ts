/** The channel's test, step by step, in words that say what to do. */
import type { ImapFlow } from 'imapflow';
import type { Words } from '../connector.ts';
import type { Account } from './account.ts';
import { findSentFolder, imapError, withClient } from './imap.ts';
import type { Findings } from './probe.ts';
import { verify } from './smtp.ts';

/** One step. */
export type Check = { name: Words; ok: boolean; detail?: Words };

/** The steps, as people read them. */
export const steps = {
  imap: { 'zh-CN': '登录收信服务器（IMAP）', en: 'IMAP sign-in' },
  folder: { 'zh-CN': '收件文件夹', en: 'Folder to read' },
  idle: { 'zh-CN': '新邮件推送（IDLE）', en: 'Notice of new mail (IDLE)' },
  sent: { 'zh-CN': '已发送文件夹', en: 'Sent folder' },
  smtp: { 'zh-CN': '登录发信服务器（SMTP）', en: 'SMTP sign-in' },
  out: { 'zh-CN': '发出一封给自己的邮件', en: 'A mail to itself goes out' },
  back: { 'zh-CN': '收到这封邮件', en: 'That mail arrives' },
  plus: { 'zh-CN': '加号地址', en: 'Plus addresses' },
} as const;

/** Signs in to both servers; when both let us in, a mail goes round. */
export async function checks(account: Account, round: () => Promise<Findings>, patienceMs: number): Promise<Check[]> {
  const { config } = account;
  const results: Check[] = [];
  const [imap, smtp] = await Promise.all([check(steps.imap, `${config.imapHost}:${config.imapPort}`, () => withClient(account, async (client) => {
    results.push(await folder(client, config.mailbox));
    results.push(client.capabilities.has('IDLE') ? { name: steps.idle, ok: true } : { name: steps.idle, ok: true, detail: { 'zh-CN': '服务器不支持推送，每分钟查询一次', en: 'the server cannot notify; the mailbox is asked every minute' } });
    results.push(await check(steps.sent, '', async () => {
      const found = await findSentFolder(client, config.sentMailbox);
      if (found !== null) return found;
      return config.sentMailbox === '' ? { 'zh-CN': '没有', en: 'there is none' } : { 'zh-CN': `发出第一封邮件时建立“${config.sentMailbox}”`, en: `"${config.sentMailbox}" is made with the first mail` };
    }));
  })), check(steps.smtp, `${config.smtpHost}:${config.smtpPort}`, () => signInToSmtp(account))]);
  const signedIn = [imap, ...results, smtp];
  return signedIn.every((one) => one.ok) ? [...signedIn, ...await letters(account, round, patienceMs)] : signedIn;
}

/** A server that asks nobody to sign in may take mail to its own people and refuse all other: a mail to ourselves does not show that. */
async function signInToSmtp(account: Account): Promise<Words | void> {
  await verify(account);
  const asked = await verify(account, true).then(() => true, () => false);
  if (!asked) return { 'zh-CN': '服务器在此端口不要求登录。如果不是您自己的转发服务器，请改用 465（TLS）或 587（STARTTLS），否则发给客户的邮件会被拒收。', en: 'the server asks nobody to sign in on this port. Unless it is a relay of your own, use 465 (TLS) or 587 (STARTTLS): mail to customers would be refused.' };
}

/** A folder that is not there: most people have only mistyped it, so the others are named. */
async function folder(client: ImapFlow, path: string): Promise<Check> {
  try {
    await client.mailboxOpen(path, { readOnly: true });
    return { name: steps.folder, ok: true };
  } catch (cause) {
    const there = (await client.list().catch(() => [])).map((one) => one.path).filter((one) => one !== path);
    if (there.length === 0) return { name: steps.folder, ok: false, detail: imapError(cause).words };
    const [first, more] = [there.slice(0, 20), there.length > 20];
    return { name: steps.folder, ok: false, detail: { 'zh-CN': `文件夹“${path}”无法打开；现有：${first.join('、')}${more ? '……' : ''}`, en: `the folder "${path}" cannot be opened; there are: ${first.join(', ')}${more ? ' ...' : ''}` } };
  }
}

async function letters({ config }: Account, round: () => Promise<Findings>, patienceMs: number): Promise<Check[]> {
  let findings: Findings;
  try {
    findings = await round();
  } catch (cause) {
    return [{ name: steps.out, ok: false, detail: imapError(cause).words }];
  }
  const { took, notified, plus, returnable } = findings;
  const out = { name: steps.out, ok: true };
  if (took === null) return [out, { name: steps.back, ok: false, detail: {
    'zh-CN': `发给 ${config.address} 的邮件 ${Math.round(patienceMs / 1_000)} 秒内没有出现在“${config.mailbox}”：这是此邮箱的地址吗？邮件是否进了垃圾箱，或被规则移走？`,
    en: `a mail to ${config.address} did not show up in "${config.mailbox}" within ${Math.round(patienceMs / 1_000)} s: is it the address of this mailbox, and is the mail in the spam folder, or moved by a rule?`,
  } }];
  const seconds = (took / 1_000).toFixed(2);
  const back = { name: steps.back, ok: true, detail: { 'zh-CN': `${seconds} 秒后到达，${notified ? '由推送得知（IDLE）' : '查询得知'}`, en: `after ${seconds} s, ${notified ? 'heard at once (IDLE)' : 'found by asking'}` } };
  return [out, back, plusCheck(config.plusAddressing, plus, returnable)];
}

function plusCheck(wanted: 'auto' | 'on' | 'off', arrive: boolean, returnable: boolean): Check {
  const say = (ok: boolean, zh: string, en: string): Check => ({ name: steps.plus, ok, detail: { 'zh-CN': zh, en } });
  if (!arrive && wanted === 'on') return say(false, '无法到达，客户的回复会丢失：请在设置中关闭', 'they do not arrive, so answers of customers would be lost: switch them off in the settings');
  if (!arrive) return say(true, '无法到达；会话由 Message-ID 识别', 'they do not arrive; threads are kept by Message-ID');
  if (wanted === 'off') return say(true, '可以到达；在设置中已关闭', 'they arrive; switched off in the settings');
  return returnable ? say(true, '可以到达；回复地址带签名，退信可追溯', 'they arrive; answers carry a signed address, and bounces name their mail')
    : say(true, '可以到达；回复地址带签名，但服务器只把退信送到原地址', 'they arrive; answers carry a signed address, but the server returns bounces to the bare address only');
}

/** `where`: the server, so that a wrong one is seen at once. */
async function check(name: Words, where: string, run: () => Promise<Words | void>): Promise<Check> {
  try {
    const detail = await run();
    return { name, ok: true, ...(detail !== undefined && { detail }) };
  } catch (cause) {
    const { words } = imapError(cause);
    if (where === '') return { name, ok: false, detail: words };
    const spoken = typeof words === 'string' ? { 'zh-CN': words, en: words } : words;
    return { name, ok: false, detail: { 'zh-CN': `${where}：${spoken['zh-CN']}`, en: `${where}: ${spoken.en}` } };
  }
}
