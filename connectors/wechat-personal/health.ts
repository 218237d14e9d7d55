/** What the channel's light says, from what is known. Pure. */
import type { Health, Words } from '../connector.ts';
import { both } from './words.ts';

/** All that the light depends on. */
export type Known = {
  line: 'starting' | 'connected' | 'away' | 'resting';
  /** The last words about the line. */
  message: string;
  /** gRPC's status of the last failure. */
  code?: number;
  awaySince?: number;
  account?: { id: string; name: string };
  scan?: { status: number; qr: string; at: number };
  signedOut?: string;
};

/** wechaty's ScanStatus. */
const scans = { cancelled: 1, waiting: 2, scanned: 3, confirmed: 4, timeout: 5 };
/** The platform does not say how long a code lives; puppets bring a new one about every two minutes. */
const codeLivesMs = 120_000;
const shortOutageMs = 60_000;
const unauthenticated = 16;

/** The light of this moment. */
export function healthOf(known: Known, now: number): Health {
  const { line, message, account, scan } = known;
  if (line === 'resting') return down(both(`wechaty 进程反复退出，已暂停，稍后自动重试：${message}`, `The process of wechaty ended again and again; it rests and is tried later: ${message}`));
  if (line === 'away') {
    if (known.code === unauthenticated) return down(both('Puppet Service 拒绝了令牌，请检查令牌', 'The puppet service refuses the token: check it'));
    const words = both(`连不上 Puppet Service，正在重试：${message}`, `The puppet service cannot be reached, trying again: ${message}`);
    return now - (known.awaySince ?? now) > shortOutageMs ? down(words) : { state: 'degraded', detail: { message: words } };
  }
  if (line === 'starting') return { state: 'degraded', detail: { message: both('正在连接 Puppet Service', 'Connecting to the puppet service') } };
  if (account) return { state: 'ready', detail: { message: both(`已登录：${account.name || account.id}`, `Signed in as ${account.name || account.id}`) } };
  if (scan) return waiting(scan);
  return { state: 'waiting', detail: { message: known.signedOut === undefined ? both('等待二维码', 'Waiting for a code to scan') : both(`已退出登录（${known.signedOut}），等待二维码`, `Signed out (${known.signedOut}); waiting for a code to scan`) } };
}

const down = (message: Words): Health => ({ state: 'down', detail: { message } });

function waiting({ status, qr, at }: NonNullable<Known['scan']>): Health {
  if (status === scans.scanned) return { state: 'waiting', detail: { message: both('已扫码，请在手机上确认', 'Scanned: confirm on the phone') } };
  if (status === scans.confirmed) return { state: 'waiting', detail: { message: both('已确认，正在登录', 'Confirmed, signing in') } };
  if (status === scans.cancelled) return { state: 'waiting', detail: { message: both('已在手机上取消，等待新的二维码', 'Cancelled on the phone; waiting for a new code') } };
  if (status === scans.timeout || !qr) return { state: 'waiting', detail: { message: both('二维码已过期，等待新的二维码', 'The code has expired; waiting for a new one') } };
  return { state: 'waiting', detail: { message: both('请用微信扫描二维码登录', 'Scan the code with WeChat to sign in'), qr, until: new Date(at + codeLivesMs) } };
}
