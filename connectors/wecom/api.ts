/** The calls of WeCom that customer service needs, with a token of their own. */
import { z } from 'zod';
import { ConnectorError } from '../connector.ts';
import { tencentApi } from '../tencent/call.ts';
import type { TencentApi } from '../tencent/call.ts';
import { tokenSource } from '../tencent/token.ts';
import { kinds, words } from './errors.ts';
import type { Config } from './manifest.ts';
import { resumed } from './resumed.ts';

/** For tests: shorter times, another clock. */
export type Tuning = { timeoutMs?: number; retryMs?: number; now?: () => number };

/** One account of the company. */
export type Account = { id: string; name: string; manageable: boolean };

const Token = z.looseObject({ access_token: z.string().min(1), expires_in: z.coerce.number().positive().catch(7_200) });
const Accounts = z.looseObject({ account_list: z.array(z.unknown()).catch([]) });
const OneAccount = z.looseObject({ open_kfid: z.string().min(1), name: z.string().catch(''), manage_privilege: z.boolean().optional().catch(undefined) });
const Page = z.looseObject({ next_cursor: z.string().optional().catch(undefined), has_more: z.coerce.number().catch(0), msg_list: z.array(z.unknown()).catch([]) });
/** One page of sync_msg. */
export type Page = { items: unknown[]; next: string | undefined; more: boolean };

const pageSize = 100;
/** Downloads and uploads of 20 MB take their time. */
const fileMs = 120_000;

/** What the parts of the connector ask the platform by. */
export type Wecom = TencentApi & {
  /** Whether the id and the secret are accepted. */
  signIn(): Promise<void>;
  /** Whether a call goes through, token, address and all. */
  check(): Promise<void>;
  accounts(): Promise<Account[]>;
  page(ask: { account: string; cursor?: string; eventToken?: string }): Promise<Page>;
  /** For files: more patience, and downloads that go on where they were cut off. */
  files: Pick<TencentApi, 'upload' | 'download'>;
  /** For questions whose answer is nice to have. */
  brief: Pick<TencentApi, 'ask'>;
};

/** The API of one company. */
export function wecomApi({ corpId, secret, apiBase }: Config, { timeoutMs, now }: Tuning, stopping: () => AbortSignal | undefined): Wecom {
  const common = { base: apiBase, words, kinds, stopping, ...(timeoutMs !== undefined && { timeoutMs }) };
  const open = tencentApi(common);
  const tokens = tokenSource(async () => {
    const answer = Token.safeParse(await open.get('/cgi-bin/gettoken', { corpid: corpId, corpsecret: secret }));
    if (!answer.success) throw new ConnectorError('unreachable', { 'zh-CN': '企业微信没有给出访问凭证', en: 'WeCom gave no access token' });
    return { token: answer.data.access_token, expiresIn: answer.data.expires_in };
  }, now);
  const api = tencentApi({ ...common, tokens });
  const patient = tencentApi({ ...common, tokens, timeoutMs: timeoutMs === undefined ? fileMs : timeoutMs * 4, fetch: resumed });

  return {
    ...api,
    files: patient,
    brief: tencentApi({ ...common, tokens, timeoutMs: Math.min(timeoutMs ?? 3_000, 3_000) }),
    signIn: async () => void await tokens.get(),
    check: async () => void await api.ask('/cgi-bin/kf/account/list', { offset: 0, limit: 1 }),
    async accounts() {
      const found: Account[] = [];
      for (let offset = 0; offset < 5_000; offset += pageSize) {
        const { account_list } = Accounts.parse(await api.ask('/cgi-bin/kf/account/list', { offset, limit: pageSize }));
        const page = account_list.flatMap((entry) => OneAccount.safeParse(entry).data ?? []);
        const fresh = page.filter(({ open_kfid }) => !found.some(({ id }) => id === open_kfid));
        found.push(...fresh.map(({ open_kfid, name, manage_privilege }) => ({ id: open_kfid, name, manageable: manage_privilege !== false })));
        if (account_list.length < pageSize || fresh.length === 0) break;
      }
      return found;
    },
    async page({ account, cursor, eventToken }) {
      const answer = Page.parse(await api.ask('/cgi-bin/kf/sync_msg', {
        open_kfid: account, limit: 1_000, voice_format: 0, ...(cursor && { cursor }), ...(eventToken && { token: eventToken }),
      }));
      return { items: answer.msg_list, next: answer.next_cursor || undefined, more: answer.has_more === 1 };
    },
  };
}
