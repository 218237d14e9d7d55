import { expect, test } from 'vitest';
import { pasteDates } from './paste-dates.ts';

const short = (text: string) => pasteDates(text, 2026).days.map((day) => `${day.date} ${day.kind} ${day.name}`);

test('a list, a table, dates without a year', () => {
  expect(short('2026-10-01 国庆节\n2026/10/2\t国庆节\n1月1日，元旦\n2026.12.25 Christmas')).toEqual(['2026-01-01 holiday 元旦', '2026-10-01 holiday 国庆节', '2026-10-02 holiday 国庆节', '2026-12-25 holiday Christmas']);
});
test('ranges', () => {
  expect(short('2026-10-01 ~ 2026-10-03 国庆')).toEqual(['2026-10-01 holiday 国庆', '2026-10-02 holiday 国庆', '2026-10-03 holiday 国庆']);
  expect(short('Closing 2026-12-31 to 2027-01-01')).toEqual(['2026-12-31 holiday Closing', '2027-01-01 holiday Closing']);
});
test('a public notice: the rest days, and the days to go to work', () => {
  expect(short('四、清明节：4月4日（星期六）至6日（星期一）放假，共3天。\n七、国庆节：10月1日（周四）至2日（周五）放假调休，共2天。9月20日（周日）、10月10日（周六）上班。')).toEqual([
    '2026-04-04 holiday 清明节', '2026-04-05 holiday 清明节', '2026-04-06 holiday 清明节', '2026-09-20 make-up 国庆节', '2026-10-01 holiday 国庆节', '2026-10-02 holiday 国庆节', '2026-10-10 make-up 国庆节',
  ]);
});
test('what is no date is named, and does no harm', () => {
  expect(pasteDates('2026-02-30 nonsense\nsoon\n2026-03-01 - 2027-03-01 too long\n2026-05-01', 2026)).toEqual({ days: [{ kind: 'holiday', date: '2026-05-01', name: '' }], wrong: ['2026-02-30 nonsense', 'soon', '2026-03-01 - 2027-03-01 too long'] });
});
