/** The Test button: one named step after the other, each with what to do when it fails. */
import { z } from 'zod';
import { errcodeOf } from '../tencent/call.ts';
import type { TencentApi } from '../tencent/call.ts';
import type { TokenSource } from '../tencent/token.ts';
import { uploadGrey } from './media.ts';

type Check = { name: string; ok: boolean; detail?: string };
type Tools = { api: TencentApi; tokens: TokenSource; kfAccount: string; explained(error: unknown): string; callbackSeen(): Promise<boolean> };

const Accounts = z.looseObject({ kf_list: z.array(z.looseObject({ kf_account: z.string() })).default([]) });

/** Later steps are left out where an earlier one makes them hopeless. */
export async function checks({ api, tokens, kfAccount, explained, callbackSeen }: Tools): Promise<Check[]> {
  const step = async (name: string, run: () => Promise<string>): Promise<Check> => {
    try {
      return { name, ok: true, detail: await run() };
    } catch (error) {
      return { name, ok: false, detail: explained(error) };
    }
  };
  const failure = await tokens.get().then(() => undefined, (error: unknown) => ({ error }));
  const listed = failure ? errcodeOf(failure.error) !== 40164 : true;
  const found: Check[] = [
    { name: 'ip whitelist', ok: listed, detail: listed ? '服务器 IP 未被拒绝 / The IP of this server is not refused' : explained(failure?.error) },
    { name: 'access token', ok: !failure, detail: failure ? explained(failure.error) : 'AppID 与 AppSecret 正确 / AppID and AppSecret are right' },
    await step('callback', async () => {
      if (await callbackSeen()) return '已收到微信的签名请求 / Signed calls from WeChat have arrived';
      throw new Error('还没有收到微信的请求：在微信后台“服务器配置”中填写 URL、Token 和 EncodingAESKey 并启用 / No call from WeChat has arrived yet: enter the URL, Token and EncodingAESKey of this channel at WeChat under server configuration, and turn it on');
    }),
  ];
  if (failure) return found;
  found.push(await step('media upload', async () => `已上传测试图片 / A test picture was uploaded (${(await uploadGrey(api)).slice(0, 12)})`));
  if (kfAccount) {
    found.push(await step('customer-service account', async () => {
      const accounts = Accounts.parse(await api.get('/cgi-bin/customservice/getkflist')).kf_list.map((one) => one.kf_account);
      if (accounts.includes(kfAccount)) return kfAccount;
      throw new Error(`公众号没有客服账号 ${kfAccount} / The account has no customer-service account ${kfAccount}. It has: ${accounts.join(', ') || 'none'}`);
    }));
  }
  return found;
}
