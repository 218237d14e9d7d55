import { expect, test } from 'vitest';
import { RoutingRules, type Conditions, type RoutingFacts } from '../schema.ts';
import { firstMatch, looksAt, misfit, outcome } from './match.ts';

const id = (digit: string) => digit.repeat(24);
const facts: RoutingFacts = { channelId: id('a'), channelKind: 'webchat', attributes: { Plan: 'Pro', city: '上海' }, handOver: null, locale: 'en', priority: 1, labels: ['order'], text: 'I have a problem with my Invoice, 退款 please', returning: false, at: new Date(0) };
const open = () => true;
const fails = (when: Conditions, changed: Partial<RoutingFacts> = {}) => misfit(when, { ...facts, ...changed }, open);

test('each condition by itself: one of the values is enough, and what is not named fits', () => {
  expect(fails({})).toBeNull();
  for (const when of [
    { channels: [id('b'), id('a')] }, { channelKinds: ['email', 'webchat'] }, { locales: ['en' as const] }, { priority: { min: 1, max: 1 } }, { labels: ['x', 'order'] }, { returning: false }, { hours: { calendarId: id('c'), open: true } },
    { words: ['refund', 'INVOICE'] }, { words: ['退款'] }, { attributes: [{ name: 'plan', is: 'equals' as const, values: ['free', 'pro'] }] }, { attributes: [{ name: 'city', is: 'present' as const, values: [] }, { name: 'company', is: 'absent' as const, values: [] }] },
  ]) expect([when, fails(when)]).toEqual([when, null]);
  for (const [name, when] of [
    ['channels', { channels: [id('b')] }], ['channelKinds', { channelKinds: ['email'] }], ['handOver', { handOver: ['asked' as const] }], ['locales', { locales: ['zh-CN' as const] }], ['priority', { priority: { min: 2 } }], ['priority', { priority: { max: 0 } }],
    ['labels', { labels: ['x'] }], ['returning', { returning: true }], ['hours', { hours: { calendarId: id('c'), open: false } }], ['words', { words: ['pro'] }], ['attributes', { attributes: [{ name: 'plan', is: 'equals' as const, values: ['pr'] }] }],
  ] as const) expect([when, fails(JSON.parse(JSON.stringify(when)))]).toEqual([when, name]);
  expect([fails({ handOver: ['asked'] }, { handOver: 'asked' }), fails({ handOver: ['asked'] }, { handOver: 'policy' })]).toEqual([null, 'handOver']);
  expect(fails({ attributes: [{ name: 'plan', is: 'contains', values: ['pr'] }] })).toBeNull();
});

test('the first that fits decides; what is switched off does not', () => {
  const rules = RoutingRules.parse([
    { name: 'off', enabled: false, result: { priority: 4 } }, { name: 'mail', when: { channelKinds: ['email'] }, result: { priority: 0 } },
    { name: 'orders', when: { labels: ['order'] }, result: { priority: 2 } }, { name: 'all', result: { priority: 3 } },
  ]);
  expect(firstMatch(rules, facts, open)).toMatchObject({ place: 3, rule: { name: 'orders' } });
  expect(firstMatch(rules, { ...facts, labels: [] }, open)).toMatchObject({ place: 4, rule: { name: 'all' } });
  expect(firstMatch(rules.slice(0, 2), facts, open)).toBeNull();
  expect([looksAt(rules, 'labels'), looksAt(rules, 'words')]).toEqual([true, false]);
});

test('what the bot named wins over a rule, unless the rule overrides; a queue that is gone changes nothing', () => {
  const [rule] = RoutingRules.parse([{ name: 'vip', result: { queueId: id('d'), priority: 3, skills: [{ name: 'english', level: 4 }, { name: 'tax', level: 1 }] } }]);
  if (!rule) throw new Error('a rule was parsed');
  const named = { queueId: id('e'), priority: 1, skills: [{ name: 'english', level: 2 }], named: { queue: true, priority: true } };
  const own = { queueId: id('e'), priority: 1, skills: [] };
  expect(outcome({ rule, place: 1 }, 7, 'first', own, open)).toEqual({
    queueId: id('d'), priority: 3, skills: rule.result.skills, receipt: { version: 7, rule: 'vip', place: 1, moment: 'first', queueId: id('d'), instead: { queueId: id('e'), priority: 1 }, skills: rule.result.skills, priority: 3 },
  });
  expect(outcome({ rule, place: 1 }, 7, 'hand-over', named, open)).toMatchObject({ queueId: id('e'), priority: undefined, skills: [{ name: 'english', level: 2 }, { name: 'tax', level: 1 }], receipt: { kept: ['queue', 'priority'] } });
  const stronger = { ...rule, result: { ...rule.result, override: true } };
  expect(outcome({ rule: stronger, place: 1 }, 7, 'hand-over', named, open)).toMatchObject({ queueId: id('d'), priority: 3, skills: rule.result.skills });
  expect(outcome({ rule, place: 1 }, 7, 'first', own, () => false)).toMatchObject({ queueId: id('e'), priority: 3, receipt: { gone: true } });
});

test('a rule without effect, an empty list and a name twice are refused', () => {
  const wrong = (rules: unknown) => RoutingRules.safeParse(rules).error?.issues.map(({ path }) => path.join('.'));
  expect(wrong([{ name: 'a', result: {} }])).toEqual(['0.result']);
  expect(wrong([{ name: 'a', when: { labels: [] }, result: { priority: 1 } }])).toEqual(['0.when.labels']);
  expect(wrong([{ name: 'a', result: { priority: 1 } }, { name: 'a', result: { priority: 1 } }])).toEqual(['1.name']);
  expect(wrong([{ name: 'a', when: { attributes: [{ name: 'x', is: 'equals' }] }, result: { priority: 1 } }])).toEqual(['0.when.attributes.0.values']);
});
