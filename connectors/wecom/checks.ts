/** The steps of Test: what works, and for what does not, what to do. */
import { errcodeOf } from '../tencent/call.ts';
import type { Wecom } from './api.ts';

type Check = { name: string; ok: boolean; detail?: string };

/** What the connector has seen so far. */
export type Seen = { callbackAt: number | undefined; webhookUrl: string; accounts: { id: string; last: number }[]; only: string | undefined };

const lately = 24 * 3_600_000;
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs the steps; those that need an earlier one are left out when it fails. */
export async function checks(api: Wecom, seen: Seen, now: () => number): Promise<Check[]> {
  const steps: Check[] = [];
  const step = async (name: string, run: () => Promise<string>): Promise<boolean> => {
    const check = await run().then((detail): Check => ({ name, ok: true, detail }), (error: unknown): Check => ({ name, ok: false, detail: words(error) }));
    steps.push(check);
    return check.ok;
  };

  if (!await step('access token / 访问凭证', async () => {
    await api.signIn();
    return '企业 ID 与 Secret 有效。/ The corp ID and the secret are accepted.';
  })) return steps;

  if (!await step('trusted IP and permission / 可信 IP 与权限', async () => {
    await api.accounts().catch((error: unknown) => {
      // Any other answer came past the check of our address.
      if (errcodeOf(error) === 60020 || errcodeOf(error) === 48002 || errcodeOf(error) === undefined) throw error;
    });
    return '本服务器可以调用微信客服接口。/ This server may call the customer service API.';
  })) return steps;

  await step('accounts / 客服账号', async () => {
    const accounts = await api.accounts();
    if (seen.only && !accounts.some(({ id }) => id === seen.only)) throw new Error(`账号 ${seen.only} 不在列表中。/ The account ${seen.only} is not on the list: ${accounts.map(({ id, name }) => `${name} (${id})`).join(', ') || '-'}`);
    if (accounts.length === 0) throw new Error('没有客服账号，或该 Secret 看不到：请在「微信客服」中新建，并授权给此应用。/ There is no account, or this secret cannot see it: create one under WeChat Customer Service, and allow the app.');
    const barred = accounts.filter(({ id, manageable }) => !manageable && (!seen.only || seen.only === id));
    if (barred.length > 0) throw new Error(`无管理权限：${barred.map(({ name, id }) => `${name} (${id})`).join('、')}。/ No right to manage these accounts: allow it under WeChat Customer Service, API.`);
    return accounts.map(({ id, name }) => `${name || id} (${id})`).join(', ');
  });

  await step('messages / 拉取消息', async () => {
    const stale = seen.accounts.filter(({ last }) => last === 0);
    if (stale.length > 0) throw new Error(`尚未拉取成功：${stale.map(({ id }) => id).join('、')}。/ Not fetched yet.`);
    return seen.accounts.map(({ id, last }) => `${id}: ${new Date(last).toISOString()}`).join(', ') || '-';
  });

  // Until somebody writes no callback comes: saying so is no failure.
  const age = seen.callbackAt === undefined ? undefined : now() - seen.callbackAt;
  steps.push({
    name: 'callback / 回调', ok: true,
    detail: age === undefined
      ? `自启动以来没有收到回调：消息由定时拉取。请在「微信客服 - API - 回调配置」填写 ${seen.webhookUrl}。/ No callback since the start: messages are fetched by the clock. Enter ${seen.webhookUrl} under WeChat Customer Service, API, Callback.`
      : `${Math.round(age / 1_000)} s${age > lately ? '（超过一天 / more than a day）' : ''}`,
  });
  return steps;
}
