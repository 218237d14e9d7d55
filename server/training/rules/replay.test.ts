import { expect, it } from 'vitest';
import type { Changes, EntryKind } from '../../conversations/schema.ts';
import type { WrongMessage } from '../schema.ts';
import { expected, turnsBefore } from './from-message.ts';
import { askedIn } from './replay.ts';

let seq = 0;
const entry = (kind: EntryKind, by: 'contact' | 'bot' | 'agent' | 'system', text?: string, changes: Changes = {}) => ({ seq: ++seq, kind, actor: { kind: by, id: by }, changes, ...(text === undefined ? {} : { content: { text } }) });
const story = () => {
  seq = 0;
  return [
    entry('message', 'contact', 'old matter'), entry('message', 'bot', 'old answer'), entry('resolved', 'agent'),
    entry('message', 'contact', '你好', { episodeSeq: 3 }), entry('message', 'contact', '多久退款？'), entry('message', 'bot', '七天。'), entry('note', 'agent', 'secret'),
    entry('message', 'contact', '太久了'), entry('queued', 'bot', undefined, { handOver: { reason: 'asked', summary: '', tried: [], skills: [] } }), entry('message', 'system', '请稍候'), entry('message', 'agent', '我来看看'),
  ];
};

it('takes the turns of the matter before a message, without notes and earlier matters', () => {
  expect(turnsBefore(story().slice(0, 5))).toEqual([{ from: 'contact', text: '你好' }, { from: 'contact', text: '多久退款？' }]);
  expect(turnsBefore(story())).toEqual([{ from: 'contact', text: '你好' }, { from: 'contact', text: '多久退款？' }, { from: 'bot', text: '七天。' }, { from: 'contact', text: '太久了' }]);
  expect(turnsBefore([entry('message', 'agent', 'hello')])).toEqual([]);
});
it('a reason says what the next bot must do', () => {
  const because: WrongMessage['because'][] = ['not-true', 'not-asked', 'should-hand-over', 'could-answer'];
  expect(because.map(each => { const { mustNot, mustHandOver } = expected(each, ' 七天。 '); return { mustNot, mustHandOver }; })).toEqual([
    { mustNot: ['七天。'], mustHandOver: undefined }, { mustNot: ['七天。'], mustHandOver: undefined }, { mustNot: [], mustHandOver: true }, { mustNot: [], mustHandOver: false },
  ]);
});
it('of a long conversation only the last questions are read, each with the turns before it', () => {
  seq = 0;
  const long = Array.from({ length: 2_000 }, (_, at) => entry('message', at % 2 ? 'bot' : 'contact', `word ${at}`));
  const asked = askedIn(long, 30);
  expect(asked.map(({ question }) => question[0])).toEqual(Array.from({ length: 30 }, (_, at) => `word ${1_940 + 2 * at}`));
  expect(asked.every(({ turns }) => turns.length >= 19 && turns.length <= 20)).toBe(true);
  expect(askedIn(long, 0)).toEqual([]);
});
it('a conversation is read as the questions the bot was asked, beside what came of each', () => {
  expect(askedIn(story()).map(({ turns, ...rest }) => ({ ...rest, last: turns.at(-1)?.text, many: turns.length }))).toEqual([
    { seq: 1, question: ['old matter'], came: [{ seq: 2, by: 'bot', text: 'old answer' }], last: 'old matter', many: 1 },
    { seq: 5, question: ['你好', '多久退款？'], came: [{ seq: 6, by: 'bot', text: '七天。' }], last: '多久退款？', many: 2 },
    { seq: 8, question: ['太久了'], came: [{ seq: 9, by: 'bot', handOver: 'asked' }, { seq: 11, by: 'agent', text: '我来看看' }], last: '太久了', many: 4 },
  ]);
});
