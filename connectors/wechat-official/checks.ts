/** The Test button: one named step after the other, each with what to do when it fails. */
import { z } from 'zod';
import { ConnectorError } from '../connector.ts';
import type { Words } from '../connector.ts';
import { errcodeOf } from '../tencent/call.ts';
import type { TencentApi } from '../tencent/call.ts';
import type { TokenSource } from '../tencent/token.ts';
import { uploadGrey } from './media.ts';

type Check = { name: Words; ok: boolean; detail?: Words };
type Tools = { api: TencentApi; tokens: TokenSource; kfAccount: string; explained(error: unknown): Words; callbackSeen(): Promise<boolean> };

const Accounts = z.looseObject({ kf_list: z.array(z.looseObject({ kf_account: z.string() })).default([]) });

/** Later steps are left out where an earlier one makes them hopeless. */
export async function checks({ api, tokens, kfAccount, explained, callbackSeen }: Tools): Promise<Check[]> {
  const step = async (name: Words, run: () => Promise<Words>): Promise<Check> => {
    try {
      return { name, ok: true, detail: await run() };
    } catch (error) {
      return { name, ok: false, detail: explained(error) };
    }
  };
  const failure = await tokens.get().then(() => undefined, (error: unknown) => ({ error }));
  const listed = failure ? errcodeOf(failure.error) !== 40164 : true;
  const found: Check[] = [
    { name: { 'zh-CN': 'IP 白名单', en: 'IP whitelist' }, ok: listed, detail: listed ? { 'zh-CN': '服务器 IP 未被拒绝', en: 'The IP of this server is not refused' } : explained(failure?.error) },
    { name: { 'zh-CN': '访问凭证', en: 'Access token' }, ok: !failure, detail: failure ? explained(failure.error) : { 'zh-CN': 'AppID 与 AppSecret 正确', en: 'AppID and AppSecret are right' } },
    await step({ 'zh-CN': '回调', en: 'Callback' }, async () => {
      if (await callbackSeen()) return { 'zh-CN': '已收到微信的签名请求', en: 'Signed calls from WeChat have arrived' };
      throw new ConnectorError('rejected', {
        'zh-CN': '还没有收到微信的请求：在微信后台“服务器配置”中填写 URL、Token 和 EncodingAESKey 并启用',
        en: 'No call from WeChat has arrived yet: enter the URL, Token and EncodingAESKey of this channel at WeChat under server configuration, and turn it on',
      });
    }),
  ];
  if (failure) return found;
  found.push(await step({ 'zh-CN': '上传素材', en: 'Media upload' }, async () => {
    const id = (await uploadGrey(api)).slice(0, 12);
    return { 'zh-CN': `已上传测试图片（${id}）`, en: `A test picture was uploaded (${id})` };
  }));
  if (kfAccount) {
    found.push(await step({ 'zh-CN': '客服账号', en: 'Customer-service account' }, async () => {
      const accounts = Accounts.parse(await api.get('/cgi-bin/customservice/getkflist')).kf_list.map((one) => one.kf_account);
      if (accounts.includes(kfAccount)) return kfAccount;
      throw new ConnectorError('rejected', { 'zh-CN': `公众号没有客服账号 ${kfAccount}。现有：${accounts.join('、') || '无'}`, en: `The account has no customer-service account ${kfAccount}. It has: ${accounts.join(', ') || 'none'}` });
    }));
  }
  return found;
}
