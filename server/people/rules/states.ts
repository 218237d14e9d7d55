/** What agents say they do: which reasons fit, and the log as times. No clock, no I/O. */
import type { AgentState, LoggedState, ReasonedState, StateInterval, StateReason, StateSettings } from '../schema.ts';

/** As shipped: nothing is asked for, nobody is set away. */
export const defaultStates: StateSettings = {
  reasons: [
    { id: 'meal', words: { 'zh-CN': '用餐', en: 'Meal' }, states: ['break'] },
    { id: 'rest', words: { 'zh-CN': '短休', en: 'Short rest' }, states: ['break'] },
    { id: 'personal', words: { 'zh-CN': '私人事务', en: 'Personal' }, states: ['break'] },
    { id: 'meeting', words: { 'zh-CN': '会议', en: 'Meeting' }, states: ['busy'] },
    { id: 'paperwork', words: { 'zh-CN': '整理工单', en: 'Paperwork' }, states: ['busy'] },
    { id: 'helping', words: { 'zh-CN': '协助同事', en: 'Helping a colleague' }, states: ['busy'] },
    { id: 'course', words: { 'zh-CN': '培训课程', en: 'Course' }, states: ['training'] },
    { id: 'coaching', words: { 'zh-CN': '辅导', en: 'Coaching' }, states: ['training'] },
    { id: 'call-backs', words: { 'zh-CN': '客户回访', en: 'Calling customers back' }, states: ['outbound'] },
  ],
  mandatory: [],
  away: null,
  breaks: { byRequest: false, autoApprove: 0 },
};

const asks = (state: AgentState, states: readonly ReasonedState[]): boolean => states.some(each => each === state);

/** The reasons to choose from. */
export const reasonsFor = (settings: StateSettings, state: AgentState): StateReason[] => settings.reasons.filter(({ states }) => asks(state, states));

/** The reason that was meant, none where none is needed, or what is wrong with it. */
export function chosenReason(settings: StateSettings, state: AgentState, id: string | null): { reason: StateReason | null } | { wrong: 'missing' | 'unknown' } {
  if (id === null) return asks(state, settings.mandatory) ? { wrong: 'missing' } : { reason: null };
  const reason = reasonsFor(settings, state).find(each => each.id === id);
  return reason ? { reason } : { wrong: 'unknown' };
}

/** The log as times that meet each other, cut to what was asked for. What reaches past `now` lasts. @param lines in order, the one before `from` first */
export function intervals(lines: readonly LoggedState[], from: Date, to: Date, now: Date): StateInterval[] {
  return lines.flatMap(({ at, ...said }, index) => {
    const next = lines[index + 1]?.at ?? null;
    if (at >= to || (next && next <= from)) return [];
    const end = next ?? (to < now ? to : null);
    return [{ ...said, from: at < from ? from : at, to: end && end > to ? to : end }];
  });
}
