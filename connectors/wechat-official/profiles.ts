/** Who a customer is beyond this account: asked for beside the messages, never in their way. */
import { z } from 'zod';
import type { Sender } from '../connector.ts';
import type { TencentApi } from '../tencent/call.ts';

const User = z.looseObject({ unionid: z.string().optional(), remark: z.string().optional(), language: z.string().optional(), subscribe_scene: z.string().optional(), qr_scene_str: z.string().optional() });
type Profile = Pick<Sender, 'also' | 'attributes'>;

const most = 10_000;
const atOnce = 4;
const pauseMs = 60_000;

/** Knows nothing at first; `about` answers with what is known by now and asks for the rest. */
export function profiles(api: TencentApi, now: () => number) {
  const known = new Map<string, Profile>();
  const asking = new Set<string>();
  let notBefore = 0;

  function ask(openid: string): void {
    if (known.has(openid) || asking.has(openid) || asking.size >= atOnce || now() < notBefore) return;
    asking.add(openid);
    void api.get('/cgi-bin/user/info', { openid, lang: 'zh_CN' }).then((answer) => {
      const user = User.parse(answer);
      const attributes = Object.fromEntries(Object.entries({ language: user.language, remark: user.remark, source: user.subscribe_scene, scene: user.qr_scene_str }).flatMap(([name, value]): [string, string][] => (value ? [[name, value]] : [])));
      for (const oldest of known.size >= most ? known.keys() : []) { known.delete(oldest); break; }
      known.set(openid, { ...(user.unionid && { also: [{ kind: 'unionid', value: user.unionid, attested: true }] }), ...(Object.keys(attributes).length > 0 && { attributes }) });
    }, () => { notBefore = now() + pauseMs; }).finally(() => asking.delete(openid));
  }
  return {
    ask,
    about: (openid: string): Profile => known.get(openid) ?? {},
  };
}
