/** Deadlines on a head: when the next one is warned of or missed, and what that becomes. The deadlines themselves are set by the noun `sla`. */
import type { Changes, Clock, ClockName, Content, Head, HeadSla } from '../schema.ts';

export const clockNames: readonly ClockName[] = ['first', 'next', 'resolution'];

/** When this clock has something to say next; null: never again. */
const rings = ({ due, warn, state, paused }: Clock): Date | null => (paused || state === 'breached' ? null : state === 'running' ? warn ?? due : due);

/** When due() has to look at the clocks. */
export function nextRing(sla: HeadSla | null | undefined): Date | null {
  if (!sla) return null;
  const times = clockNames.flatMap((name) => { const clock = sla[name]; const at = clock && rings(clock); return at ? [at.getTime()] : []; });
  return times.length ? new Date(Math.min(...times)) : null;
}

/** The clock that has something to say by now, a breach before a warning. Who was away over both hears of the breach. */
export function ringing(head: Pick<Head, 'sla'>, now: Date): { clock: ClockName; state: 'warned' | 'breached' } | null {
  const { sla } = head;
  if (!sla) return null;
  const rung = clockNames.flatMap((name) => { const clock = sla[name]; const at = clock && rings(clock); return clock && at && at <= now ? [{ clock: name, state: clock.due <= now ? 'breached' as const : 'warned' as const }] : []; });
  return rung.find(({ state }) => state === 'breached') ?? rung[0] ?? null;
}

/** What lists sort and filter by: the earliest deadline that runs, and the worst that any clock says. */
export function summed<Some extends Pick<HeadSla, ClockName>>(sla: Some): Some & Pick<HeadSla, 'dueAt' | 'state'> {
  const clocks = clockNames.flatMap((name) => (sla[name] && !sla[name].paused ? [sla[name]] : []));
  const dueAt = clocks.length ? new Date(Math.min(...clocks.map(({ due }) => due.getTime()))) : null;
  const state = (['breached', 'warned'] as const).find((each) => clocks.some((clock) => clock.state === each)) ?? 'running';
  return { ...sla, dueAt, state };
}

/** The head's deadlines once this clock has rung. */
export function rung(sla: HeadSla, name: ClockName, state: 'warned' | 'breached'): Changes {
  const clock = sla[name];
  return clock ? { sla: summed({ ...sla, [name]: { ...clock, state } }) } : {};
}

const words = {
  first: { 'zh-CN': '首次回复', en: 'The first reply' }, next: { 'zh-CN': '下一次回复', en: 'The next reply' }, resolution: { 'zh-CN': '解决', en: 'The resolution' },
};

/** The sentence of the timeline. */
export function ringContent(name: ClockName, state: 'warned' | 'breached'): Content {
  const [zh, en] = state === 'breached' ? ['已超时', 'is overdue'] : ['即将超时', 'is due soon'];
  return { event: { name: `sla-${state}`, text: { 'zh-CN': `${words[name]['zh-CN']}${zh}`, en: `${words[name].en} ${en}` }, data: { clock: name } } };
}

export const resettledContent: Content = { event: { name: 'sla-resettled', text: { 'zh-CN': '策略有改动，时限已重新计算', en: 'the policies were changed, deadlines are set anew' } } };
