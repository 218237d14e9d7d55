/** 运营各页的文字。 */
import type { OperationsMessages } from './en.ts';

export const operationsZhCN: OperationsMessages = {
  calendars: { title: '工作时间' },
};
