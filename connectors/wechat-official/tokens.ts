/** The stable token of one account: asking for it does not end the one that another node holds. */
import { z } from 'zod';
import type { TencentApi } from '../tencent/call.ts';
import { tokenSource } from '../tencent/token.ts';
import type { TokenSource } from '../tencent/token.ts';

const Token = z.looseObject({ access_token: z.string(), expires_in: z.coerce.number() });

/** `api` without tokens of its own. A token that was refused and is handed out again is replaced by force, which WeChat allows twenty times a day. */
export function accountTokens(api: TencentApi, { appId, appSecret }: { appId: string; appSecret: string }, now: () => number): TokenSource & { /** Asks WeChat anew whether the account may call: of all questions the one with the largest quota, 500,000 a day. */ check(): Promise<void> } {
  let refused = '';
  const ask = async (force: boolean): Promise<z.infer<typeof Token>> =>
    Token.parse(await api.ask('/cgi-bin/stable_token', { grant_type: 'client_credential', appid: appId, secret: appSecret, force_refresh: force }));
  const source = tokenSource(async () => {
    const given = await ask(false);
    const { access_token: token, expires_in: expiresIn } = given.access_token === refused ? await ask(true) : given;
    return { token, expiresIn };
  }, now);
  return { get: source.get, check: async () => void await ask(false), renew: (bad) => { refused = bad; return source.renew(bad); } };
}
