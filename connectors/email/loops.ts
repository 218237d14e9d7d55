/** Two machines that answer each other stop after a while, whatever their headers say. */
import { z } from 'zod';
import { ConnectorError, type Inbox, type Outbound } from '../connector.ts';

const Sent = z.record(z.string(), z.array(z.number()));

/** Automatic mails one address gets within the hour; a person who is helped by a bot needs fewer. */
export const mostAutomatic = 10;
const hourMs = 3_600_000;

/** Counts automatic mails by address, also over restarts. */
export function loopGuard(memory: Pick<Inbox, 'recall' | 'remember'>, now: () => number = Date.now) {
  let loading: Promise<Map<string, number[]>> | null = null;
  const load = async (): Promise<Map<string, number[]>> => new Map(Object.entries(Sent.safeParse(await memory.recall('automatic')).data ?? {}));
  const known = (): Promise<Map<string, number[]>> => (loading ??= load().catch((error: unknown) => { loading = null; throw error; }));
  const recent = (moments: number[] | undefined): number[] => (moments ?? []).filter((moment) => moment >= now() - hourMs);

  return {
    /** Throws when one more would be too many. */
    async check({ to, speaker }: Pick<Outbound, 'to' | 'speaker'>): Promise<void> {
      if (speaker.kind === 'agent') return;
      if (recent((await known()).get(to.toLowerCase())).length >= mostAutomatic) throw new ConnectorError('rejected', { 'zh-CN': `一小时内已向该地址自动发送 ${mostAutomatic} 封邮件：对方可能也是机器；人工仍可回复。`, en: `${mostAutomatic} automatic mails went to this address within the hour: perhaps a machine answers us; a person may write` });
    },
    async count({ to, speaker }: Pick<Outbound, 'to' | 'speaker'>): Promise<void> {
      if (speaker.kind === 'agent') return;
      const all = await known();
      for (const [address, moments] of all) if (recent(moments).length === 0) all.delete(address);
      all.set(to.toLowerCase(), [...recent(all.get(to.toLowerCase())), now()]);
      await memory.remember('automatic', Object.fromEntries(all));
    },
  };
}
