import { expect, test } from 'vitest';
import { QueueInput } from '../../routing/schema.ts';
import { fromYaml, toYaml } from '../yaml.ts';
import { checked, documentOf, type Lookup } from './document.ts';
import { planInWords, planOf } from './plan.ts';

const id = (digit: string) => digit.repeat(24);
const lookup: Lookup = {
  queues: [{ id: id('a'), name: 'Desk' }, { id: id('b'), name: '销售: "VIP"' }], calendars: [{ id: id('c'), name: 'Office' }],
  channels: [{ id: id('d'), name: 'Web' }, { id: id('e'), name: 'Mail' }, { id: id('f'), name: 'Mail' }], people: [{ id: id('1'), name: 'ada@example.com' }],
};
const stored = {
  queues: [QueueInput.parse({ name: 'Desk', members: [id('1')], calendarId: id('c'), stages: [{ afterSeconds: 60, overflowQueueId: id('b') }] }), QueueInput.parse({ name: '销售: "VIP"' })],
  rules: [{ name: 'yes', enabled: true, when: { channels: [id('d'), id('f')], words: ['no', '1.0'], hours: { calendarId: id('c'), open: false } }, result: { queueId: id('b') } }],
};
const read = (text: string) => checked(fromYaml(text).value, lookup);

test('what is written as YAML and read again is the same, by names; a name that two have stands as its id', () => {
  const document = documentOf(stored, lookup);
  expect(document).toMatchObject({ queues: [{ members: ['ada@example.com'], calendar: 'Office', stages: [{ overflowQueue: '销售: "VIP"' }] }, { members: 'all' }], rules: [{ when: { channels: ['Web', id('f')], hours: { calendar: 'Office' } }, result: { queue: '销售: "VIP"' } }] });
  const again = read(toYaml(document));
  expect(again.wrong).toEqual([]);
  expect(planOf(document, again.document)).toEqual([]);
  expect(toYaml(again.document)).toBe(toYaml(document));
});

test('a plan: added with its fields, changed field by field, removed, in another order; absent sections stay', () => {
  const document = documentOf(stored, lookup);
  const wanted = read('queues:\n  - name: Desk\n    members: [ada@example.com]\n    calendar: Office\n    offerSeconds: 30\n    stages: [{ afterSeconds: 90, overflowQueue: New }]\n  - name: New\n    strategy: best-fit\n');
  expect(wanted.wrong).toEqual([]);
  const words = planInWords(planOf(document, wanted.document));
  for (const line of ['~ queue “Desk”', '    stages.0.afterSeconds: 60 -> 90', '    offerSeconds: 20 -> 30', '+ queue “New”', '    strategy: "best-fit"', '- queue “销售: "VIP"”', '1 to add, 1 to change, 1 to remove']) expect(words.split('\n')).toContain(line);
  expect(words).not.toContain('rule');
  const two = [{ name: 'a', when: {}, result: { priority: 1 } }, { name: 'b', when: {}, result: { priority: 2 } }];
  expect(planOf({ rules: two }, { rules: two.toReversed() })).toEqual([{ section: 'rule', name: '', kind: 'changed', fields: [{ path: 'order', before: ['a', 'b'], after: ['b', 'a'] }] }]);
});

test('each mistake is named with its field and the line of the file', () => {
  const text = 'queues:\n  - name: Desk\n    offerSeconds: 3\n    members: [bob@example.com]\n  - name: Desk\nrules:\n  - name: x\n    when:\n      hours: { calendar: Never, open: true }\n    result: { queue: Nowhere, colour: 1 }\n  - name: y\n';
  const written = fromYaml(text);
  const { wrong } = checked(written.value, lookup);
  const at = wrong.map(({ path, message }) => `${path.join('.')} ${written.lineOf(path)} ${message}`);
  for (const line of ['queues.0.offerSeconds 3 an agent needs at least 5 seconds', 'queues.0.members.0 4 there is no person “bob@example.com”', 'queues.1.name 5 “Desk” is there twice', 'rules.0.when.hours.calendar 9 there is no calendar “Never”', 'rules.0.result.queue 10 there is no queue “Nowhere”']) expect(at).toContain(line);
  expect(at.some((line) => line.startsWith('rules.0.result 10 ') && line.includes('colour'))).toBe(true);
  expect(at.some((line) => line.startsWith('rules.1.result 11 '))).toBe(true);
  expect(fromYaml('queues: [').wrong[0]?.line).toBe(1);
  expect(checked({ queue: [] }, lookup).wrong[0]?.message).toContain('queue');
});
