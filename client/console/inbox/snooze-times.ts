/** When "later", "tomorrow" and "next week" are. */

/** The presets that lie in the future, soonest first; local time of the agent. */
export function snoozeTimes(now: Date): { id: 'hour' | 'evening' | 'tomorrow' | 'monday'; at: Date }[] {
  const at = (days: number, hour: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
  const toMonday = ((8 - now.getDay()) % 7) || 7;
  const times: { id: 'hour' | 'evening' | 'tomorrow' | 'monday'; at: Date }[] = [
    { id: 'hour', at: new Date(now.getTime() + 3_600_000) },
    { id: 'evening', at: at(0, 18) },
    { id: 'tomorrow', at: at(1, 9) },
    { id: 'monday', at: at(toMonday, 9) },
  ];
  return times.filter((each) => each.at.getTime() > now.getTime() + 60_000).sort((a, b) => a.at.getTime() - b.at.getTime());
}
