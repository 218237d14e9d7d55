/** Who the customers are: nickname and unionid, asked for many at once and kept for a day. A customer without a name is served as well. */
import { z } from 'zod';
import type { Inbox, Sender } from '../connector.ts';
import type { Wecom } from './api.ts';
import { Text } from './content.ts';

type Known = { name?: string; unionid?: string; until: number };
const Answer = z.looseObject({ customer_list: z.array(z.unknown()).catch([]), invalid_external_userid: z.array(z.unknown()).catch([]) });
const Customer = z.looseObject({ external_userid: z.string().min(1), nickname: Text, unionid: Text });

const dayMs = 86_400_000;
const pauseMs = 60_000;
const most = 10_000;
const batch = 100;

/** The unionid is one person over all of a company's accounts at Tencent. */
export const unionKind = 'unionid';

export type Customers = {
  /** Learns what is not known yet. Never throws: names are worth no waiting. */
  learn(ids: string[]): Promise<void>;
  sender(id: string): Sender;
};

/** @param api what may be asked briefly */
export function customersOf(api: Pick<Wecom, 'brief'>, log: () => Inbox['log'] | undefined, now: () => number): Customers {
  const known = new Map<string, Known>();
  let quietUntil = 0;

  function keep(id: string, facts: Omit<Known, 'until'>): void {
    known.delete(id);
    known.set(id, { ...facts, until: now() + dayMs });
    for (const oldest of known.keys()) {
      if (known.size <= most) break;
      known.delete(oldest);
    }
  }

  return {
    async learn(ids) {
      const unknown = [...new Set(ids)].filter((id) => (known.get(id)?.until ?? 0) <= now());
      for (let from = 0; from < unknown.length && now() >= quietUntil; from += batch) {
        const asked = unknown.slice(from, from + batch);
        try {
          const { customer_list } = Answer.parse(await api.brief.ask('/cgi-bin/kf/customer/batchget', { external_userid_list: asked, need_enter_session_context: 0 }));
          const found = customer_list.flatMap((entry) => Customer.safeParse(entry).data ?? []);
          for (const id of asked) keep(id, {});
          for (const { external_userid, nickname, unionid } of found) keep(external_userid, { ...(nickname && { name: nickname.slice(0, 200) }), ...(unionid && { unionid }) });
        } catch (error) {
          quietUntil = now() + pauseMs;
          log()?.info({ reason: error instanceof Error ? error.message : String(error) }, 'names of customers could not be asked for; they go without for a while');
        }
      }
    },
    sender(id) {
      const facts = known.get(id);
      return { value: id, stable: true, ...(facts?.name && { name: facts.name }), ...(facts?.unionid && { also: [{ kind: unionKind, value: facts.unionid, attested: true }] }) };
    },
  };
}
