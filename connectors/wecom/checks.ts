/** The steps of Test: what works, and for what does not, what to do. */
import { ConnectorError, wordsOf } from '../connector.ts';
import type { Words } from '../connector.ts';
import { errcodeOf } from '../tencent/call.ts';
import type { Wecom } from './api.ts';

type Check = { name: Words; ok: boolean; detail?: Words };

/** What the connector has seen so far. */
export type Seen = { callbackAt: number | undefined; webhookUrl: string; accounts: { id: string; last: number }[]; only: string | undefined };

const lately = 24 * 3_600_000;
const wrong = (zh: string, en: string): ConnectorError => new ConnectorError('rejected', { 'zh-CN': zh, en });

/** Runs the steps; those that need an earlier one are left out when it fails. */
export async function checks(api: Wecom, seen: Seen, now: () => number): Promise<Check[]> {
  const steps: Check[] = [];
  const step = async (name: Words, run: () => Promise<Words>): Promise<boolean> => {
    const check = await run().then((detail): Check => ({ name, ok: true, detail }), (error: unknown): Check => ({ name, ok: false, detail: wordsOf(error) }));
    steps.push(check);
    return check.ok;
  };

  if (!await step({ 'zh-CN': '访问凭证', en: 'Access token' }, async () => {
    await api.signIn();
    return { 'zh-CN': '企业 ID 与 Secret 有效。', en: 'The corp ID and the secret are accepted.' };
  })) return steps;

  if (!await step({ 'zh-CN': '可信 IP 与权限', en: 'Trusted IP and permission' }, async () => {
    await api.accounts().catch((error: unknown) => {
      // Any other answer came past the check of our address.
      if (errcodeOf(error) === 60020 || errcodeOf(error) === 48002 || errcodeOf(error) === undefined) throw error;
    });
    return { 'zh-CN': '本服务器可以调用微信客服接口。', en: 'This server may call the customer service API.' };
  })) return steps;

  await step({ 'zh-CN': '客服账号', en: 'Accounts' }, async () => {
    const accounts = await api.accounts();
    if (seen.only && !accounts.some(({ id }) => id === seen.only)) {
      const listed = accounts.map(({ id, name }) => `${name} (${id})`).join(', ') || '-';
      throw wrong(`账号 ${seen.only} 不在列表中：${listed}`, `The account ${seen.only} is not on the list: ${listed}`);
    }
    if (accounts.length === 0) throw wrong('没有客服账号，或该 Secret 看不到：请在「微信客服」中新建，并授权给此应用。', 'There is no account, or this secret cannot see it: create one under WeChat Customer Service, and allow the app.');
    const barred = accounts.filter(({ id, manageable }) => !manageable && (!seen.only || seen.only === id));
    const names = barred.map(({ name, id }) => `${name} (${id})`).join(', ');
    if (barred.length > 0) throw wrong(`无管理权限：${names}。请在「微信客服 - API」中授权。`, `No right to manage ${names}: allow it under WeChat Customer Service, API.`);
    return accounts.map(({ id, name }) => `${name || id} (${id})`).join(', ');
  });

  await step({ 'zh-CN': '拉取消息', en: 'Messages' }, async () => {
    const stale = seen.accounts.filter(({ last }) => last === 0);
    if (stale.length > 0) throw wrong(`尚未拉取成功：${stale.map(({ id }) => id).join('、')}。`, `Not fetched yet: ${stale.map(({ id }) => id).join(', ')}.`);
    return seen.accounts.map(({ id, last }) => `${id}: ${new Date(last).toISOString()}`).join(', ') || '-';
  });

  // Until somebody writes no callback comes: saying so is no failure.
  const age = seen.callbackAt === undefined ? undefined : now() - seen.callbackAt;
  steps.push({
    name: { 'zh-CN': '回调', en: 'Callback' }, ok: true,
    detail: age === undefined
      ? { 'zh-CN': `自启动以来没有收到回调：消息由定时拉取。请在「微信客服 - API - 回调配置」填写 ${seen.webhookUrl}。`, en: `No callback since the start: messages are fetched by the clock. Enter ${seen.webhookUrl} under WeChat Customer Service, API, Callback.` }
      : { 'zh-CN': `${Math.round(age / 1_000)} 秒前${age > lately ? '（超过一天）' : ''}`, en: `${Math.round(age / 1_000)} s ago${age > lately ? ' (more than a day)' : ''}` },
  });
  return steps;
}
