/** Lengths of time and numbers as people read them. */

const words = {
  en: { day: ' d', hour: ' h', minute: ' min', second: ' s', under: '< 1 s' },
  'zh-CN': { day: ' 天', hour: ' 小时', minute: ' 分', second: ' 秒', under: '不到 1 秒' },
};
const units = [['day', 86_400], ['hour', 3_600], ['minute', 60], ['second', 1]] as const;

/** "3 min 20 s", "1 h 5 min", "2 d 4 h": the two largest units, never more exact than that; a dash of nothing. */
export function durationText(ms: number | null, locale: string): string {
  if (ms === null) return '–';
  const names = locale.startsWith('zh') ? words['zh-CN'] : words.en;
  if (ms > 0 && ms < 1_000) return names.under;
  const whole = Math.round(ms / 1000);
  const at = units.findIndex(([, size]) => whole >= size);
  const [unit, next] = [units[at], units[at + 1]];
  if (!unit) return `0${names.second}`;
  if (!next) return `${whole}${names.second}`;
  // Rounding to the smaller unit may fill the larger one: 59 min 40 s of an hour.
  const small = Math.round(whole / next[1]);
  const per = unit[1] / next[1];
  const [large, rest] = [Math.floor(small / per), small % per];
  return `${large}${names[unit[0]]}${rest ? ` ${rest}${names[next[0]]}` : ''}`;
}

/** "62%"; a dash of nothing. */
export const percentText = (share: number | null, locale: string): string =>
  (share === null ? '–' : new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: share > 0 && share < 0.1 ? 1 : 0 }).format(share));
