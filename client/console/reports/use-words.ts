/** Numbers, groups and changes in words of the language of the page. */
import { useI18n } from 'vue-i18n';
import { changeOf, fewest, type Change, type Valued } from './changes.ts';
import { durationText, percentText } from './duration.ts';
import { labelOf } from './labels.ts';
import { numbers, type NumberKind, type NumberName } from './numbers.ts';
import type { By, Figures } from './shapes.ts';

export function useWords() {
  const { t, n, locale } = useI18n();
  const duration = (ms: number | null): string => durationText(ms, locale.value);
  const percent = (share: number | null): string => percentText(share, locale.value);
  const valueText = (kind: NumberKind['kind'], { value, of }: Valued): string => {
    if (value === null) return '–';
    if (kind === 'time') return duration(value);
    if (kind === 'count') return n(value);
    return of < fewest ? t('reports.partOf', { n: Math.round(value * of), m: of }) : percent(value);
  };
  const numberText = (name: NumberName, figures: Figures): string => valueText(numbers[name].kind, numbers[name].of(figures));
  const change = (name: NumberName, now: Figures, before: Figures): (Change & { text: string; news: 'good' | 'bad' | null }) | null => {
    const number: NumberKind = numbers[name];
    const found = changeOf(number.kind, number.of(now), number.of(before));
    if (!found) return null;
    const { by, sign } = found;
    const minus = by < 0 ? '−' : '+';
    const text = sign === 0 ? t('reports.same') : number.kind === 'time' ? `${minus}${duration(Math.abs(by))}` : number.kind === 'share' ? t('reports.points', { n: `${minus}${Math.abs(by)}` }) : `${minus}${Math.abs(by)}%`;
    return { ...found, text, news: sign === 0 || !number.better ? null : (sign > 0) === (number.better === 'more') ? 'good' : 'bad' };
  };
  const groupName = (by: By, group: { key: string; label: string }): string => labelOf(by, group, locale.value, {
    none: (of) => t(of === 'agent' ? 'reports.nobody' : of === 'queue' ? 'reports.noQueue' : 'reports.gone'), gone: () => t('reports.gone'),
  });
  /** The target: "80% within 1 min". */
  const targetText = ({ goal, target }: { goal: number; target: number }): string => t('reports.targetText', { goal, time: duration(target * 1000) });
  return { duration, percent, numberText, valueText, change, groupName, targetText };
}
