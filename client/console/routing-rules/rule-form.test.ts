import { expect, test } from 'vitest';
import { RoutingRule } from '../../../server/routing-rules/schema.ts';
import { blankRule, formOf, ruleOf } from './rule-form.ts';
import { conditionsIn, resultIn, type Tongue } from './say.ts';

const id = (digit: string) => digit.repeat(24);
const whole = RoutingRule.parse({
  name: 'all of it', when: {
    channels: [id('a')], channelKinds: ['email'], handOver: ['asked'], locales: ['en'], priority: { min: 1, max: 2 }, labels: ['vip'], words: ['a', 'b'], attributes: [{ name: 'plan', is: 'equals', values: ['x', 'y'] }, { name: 'city', is: 'absent' }],
    hours: { calendarId: id('c'), open: false }, returning: false,
  }, result: { queueId: id('d'), skills: [{ name: 'english', level: 2 }], priority: 0, override: true },
});

test('a rule comes back from its form as it was', () => {
  expect(ruleOf(formOf(whole))).toEqual(whole);
  const small = RoutingRule.parse({ name: 'small', result: { priority: 3 } });
  expect(ruleOf(formOf(small))).toEqual(small);
  expect(ruleOf({ ...blankRule(), words: '退款，换货、 refund', min: 2 }).when).toEqual({ words: ['退款', '换货', 'refund'], priority: { min: 2 } });
});
test('every condition and every part of the result is said', () => {
  const tongue: Tongue = { t: (key, values) => `${key.replace('routingRules.', '')} ${values?.['list'] ?? values?.['name'] ?? ''}`.trim(), locale: 'en', name: (of) => of };
  expect(conditionsIn(whole.when, tongue)).toEqual(['if.channels “channel”', 'if.channelKinds kind', 'if.handOver handOver.reason.asked', 'if.locales language.en', 'if.priority', 'if.labels “vip”', 'if.words “a” or “b”', 'if.attribute.equals “x” or “y”', 'if.attribute.absent', 'if.closed calendar', 'if.new']);
  expect(resultIn(whole.result, tongue)).toEqual(['becomes.queue queue', 'becomes.skills english 2', 'becomes.priority', 'becomes.override']);
});
