import { expect, test } from 'vitest';
import type { Tried } from '../wire.ts';
import { verdictOf } from './why.ts';

const trace = (...confidences: number[]): Tried['trace'] => ({
  bot: 'retrieval', release: null, floors: { answer: 0.75, ask: 0.35 }, ms: 3, tools: [], models: [],
  searches: [{ text: '运费', locale: 'zh-CN', ms: 1, found: confidences.map((confidence, at) => ({ id: `${at}`, title: '运费', answer: '包邮', locale: 'zh-CN', confidence, cited: false, kind: 'answer' })) }],
});
const handOver = (reason: 'asked' | 'low-confidence') => ({ reason, summary: '客户说：“运费”。', tried: [], skills: [] });
const reply = { answer: '包邮', confidence: 0.9, sources: [] };

test('an answer is above the floor; a choice made is certain by itself', () => {
  expect(verdictOf({ ...reply, trace: trace(0.9, 0.2) })).toEqual({ did: 'answered', why: 'above', top: 0.9 });
  expect(verdictOf({ ...reply, confidence: 1, trace: trace(0.5, 0.4) })).toEqual({ did: 'answered', why: 'chosen', top: 1 });
});

test('in between it asks back; courtesy needs no search', () => {
  expect(verdictOf({ ...reply, choices: ['国内运费'], trace: trace(0.5) })).toEqual({ did: 'asked-back', why: 'between', top: 0.5 });
  expect(verdictOf({ ...reply, trace: { ...trace(), searches: [] } })).toEqual({ did: 'talk', why: 'talk', top: null });
});

test('a hand-over is told apart: asked for, nothing found, too little, still unsure', () => {
  expect(verdictOf({ handOver: handOver('asked'), trace: trace(0.9) }).why).toBe('reason');
  expect(verdictOf({ handOver: handOver('low-confidence'), trace: trace() }).why).toBe('nothing');
  expect(verdictOf({ handOver: handOver('low-confidence'), trace: trace(0.2) }).why).toBe('below');
  expect(verdictOf({ handOver: handOver('low-confidence'), trace: trace(0.6) }).why).toBe('unsure');
});
