/** Times and shares of the time-lab and of staffing, in words. */

const unit = (value: number, name: 'second' | 'minute' | 'hour', locale: string): string => new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: 0 }).format(value);

/** "45 sec", "3 min 20 sec", "1 hr 5 min"; a dash of nothing. */
export function spanText(ms: number | null, locale: string): string {
  if (ms === null) return '–';
  const seconds = Math.round(Math.abs(ms) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return minutes > 0 ? `${unit(hours, 'hour', locale)} ${unit(minutes, 'minute', locale)}` : unit(hours, 'hour', locale);
  if (minutes > 0) return seconds % 60 > 0 ? `${unit(minutes, 'minute', locale)} ${unit(seconds % 60, 'second', locale)}` : unit(minutes, 'minute', locale);
  return unit(seconds, 'second', locale);
}

/** "82.4%"; a dash of nothing. */
export const shareOf = (share: number | null, locale: string): string => (share === null ? '–' : new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(share));

/** Points between two shares, signed: "+3.1". Null: nothing to compare, or no difference that would be seen. */
export function pointsText(before: number | null, after: number | null, locale: string): string | null {
  if (before === null || after === null) return null;
  const points = Math.round((after - before) * 1000) / 10;
  return points === 0 ? null : new Intl.NumberFormat(locale, { signDisplay: 'always', maximumFractionDigits: 1 }).format(points);
}
