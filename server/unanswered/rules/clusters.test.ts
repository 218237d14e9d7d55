import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clusters, likeness, reading } from './clusters.ts';

const grouped = (texts: string[], locale = 'zh-CN') => {
  const all = clusters();
  return texts.map((text, at) => all.place({ id: String(at), text, locale }));
};
const same = (...texts: string[]) => new Set(grouped(texts)).size;

const matters = [
  ['怎么开发票', '发票怎么开', '可以开增值税发票吗', '能帮我开个发票吗'],
  ['退款多久到账', '退款什么时候到账', '钱什么时候退回来，多久到账'],
  ['耳机左边没有声音', '左边耳机没声音', '我的耳机左边没声音了'],
  ['你们有实体店吗', '实体店在哪里', '请问实体店地址在哪'],
  ['How do I pair the headset with my TV?', 'pairing the headset with a TV', 'pair headset to TV'],
  ['Is the strap made of leather?', 'is your strap real leather', 'leather strap?'],
];

test('ways to ask one thing come together, other matters stay apart, in both languages', () => {
  const at = grouped(matters.flat());
  const groups = matters.map(list => list.map(text => at[matters.flat().indexOf(text)]));
  // Which clusters each matter fell into: no cluster holds two matters.
  const owners = new Map<string, Set<number>>();
  groups.forEach((ids, matter) => ids.forEach(id => owners.set(id ?? '', (owners.get(id ?? '') ?? new Set()).add(matter))));
  expect([...owners.values()].every(each => each.size === 1)).toBe(true);
  expect(new Set(at).size).toBeLessThanOrEqual(matters.length + 3);
});

test('alike in words and not in matter stays apart; languages do too', () => {
  expect(same('可以退货吗', '为什么不能退货')).toBe(2);
  expect(same('怎么开启通知', '怎么关闭通知')).toBe(2);
  expect(same('我的订单什么时候发货', '我的订单什么时候退款')).toBe(2);
  const all = clusters();
  expect(all.place({ id: 'a', text: '发票', locale: 'zh-CN' })).toBe('a');
  expect(all.place({ id: 'b', text: 'invoice', locale: 'en' })).toBe('b');
});

test('numbers of orders do not part what is one matter', () => {
  expect(same('订单 202611210001 到哪了', '订单 202611219999 到哪了')).toBe(1);
});

test('what is put back holds as if it had been placed', () => {
  const all = clusters();
  all.restore('怎么开发票', 'zh-CN', 'first');
  expect(all.place({ id: 'new', text: '发票怎么开', locale: 'zh-CN' })).toBe('first');
});

test('never throws; the same text is the same cluster; likeness is symmetric and between 0 and 1', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom(...matters.flat()))), texts => {
    const at = grouped([...texts, ...texts], 'en');
    expect(at).toHaveLength(texts.length * 2);
  }));
  fc.assert(fc.property(fc.constantFrom(...matters.flat()), fc.string(), (one, other) => {
    const [a, b] = [reading(one), reading(other)];
    expect(likeness(a, b)).toBeCloseTo(likeness(b, a), 9);
    expect(likeness(a, b)).toBeGreaterThanOrEqual(0);
    expect(likeness(a, b)).toBeLessThanOrEqual(1.000_001);
    expect(likeness(a, a)).toBeCloseTo(1, 9);
  }));
});

test('the order in which questions come changes little: nineteen of twenty pairs are judged alike', () => {
  const texts = matters.flat();
  const judged = (order: number[]) => {
    const all = clusters();
    const at = new Map(order.map(number => [number, all.place({ id: String(number), text: texts[number] ?? '', locale: 'zh-CN' })]));
    return texts.flatMap((_, a) => texts.slice(a + 1).map((__, b) => at.get(a) === at.get(a + 1 + b)));
  };
  const first = judged(texts.map((_, at) => at));
  fc.assert(fc.property(fc.shuffledSubarray(texts.map((_, at) => at), { minLength: texts.length }), order => {
    const agreed = judged(order).filter((alike, at) => alike === first[at]).length;
    expect(agreed / first.length).toBeGreaterThanOrEqual(0.95);
  }));
});

test('ten thousand questions in seconds', () => {
  const things = [...'车灯镜桌椅杯碗盘锅刀笔书包鞋帽衣裤袜伞钟表琴鼓球'].flatMap(a => [...'红蓝绿黄黑白大小长短新旧'].map(b => `${b}${a}`));
  const wants = ['多少钱', '什么时候到货', '怎么安装', '可以退吗', '坏了怎么办', '尺寸多大', '能开发票吗'];
  const before = performance.now();
  const at = grouped(Array.from({ length: 10_000 }, (_, number) => `请问${things[number % things.length]}${wants[number % wants.length]}，订单${10_000_000 + number}`));
  expect(performance.now() - before).toBeLessThan(8_000);
  expect(new Set(at).size).toBeGreaterThan(50);
  expect(new Set(at).size).toBeLessThan(4_000);
});
