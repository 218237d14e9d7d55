import { expect, test } from 'vitest';
import type { HandOver } from '../../conversations/schema.ts';
import { inTrouble, stated } from './hand-over.ts';

const good: HandOver = { reason: 'low-confidence', summary: '客户说：“运费”。', tried: [{ question: '运费', answerId: 'a', confidence: 0.4 }], skills: [] };
/** What a bot in plain JavaScript may say. */
const said = (facts: object): HandOver => Object.assign({ ...good }, facts);

test('a whole hand-over stays as it is', () => { expect(stated(good, 'zh-CN')).toEqual(good); });

test('one without a summary gets one, one without a reason too', () => {
  expect(stated(said({ summary: ' \n' }), 'zh-CN')).toMatchObject({ reason: 'low-confidence', tried: good.tried, summary: expect.stringContaining('没有说明情况') });
  expect(stated(said({ summary: undefined }), 'en').summary).toContain('without saying');
  expect(stated(said({ reason: 'tired' }), 'en')).toEqual({ reason: 'error', summary: good.summary, tried: [], skills: [] });
  expect(stated(said({ reason: undefined, tried: undefined }), 'en').reason).toBe('error');
});

test('a priority or skill that is none does not keep the customer from people', () => {
  expect(stated(said({ priority: 9 }), 'en')).toEqual({ reason: 'low-confidence', summary: good.summary, tried: [], skills: [] });
});

test('a bot that fails hands over what the customer said', () => {
  expect(inTrouble('slow', 'zh-CN', ['发票\n怎么开'])).toMatchObject({ reason: 'error', summary: '客户说：“发票 怎么开”。机器人没有及时给出回答。' });
  expect(inTrouble('looped', 'en', []).reason).toBe('policy');
});
