/** Which reply of a colleague says something, and which of several is the answer. */
import type { Reply } from '../schema.ts';
import { ALIKE, likeness, reading } from './clusters.ts';

/** Courtesy, patience, and who one is: no answer to anything. */
const EMPTY = [
  /^(?:亲|嗨|hi|您好|你好|早上好|下午好|晚上好|hello|hey|good (?:morning|afternoon|evening)|dear|[\s，,~*]|there)*$/iu,
  /^(?:您好|你好|亲|好的|嗯+)?[，, ]*(?:请|麻烦)?(?:您)?(?:稍等|稍候|等一下|等一等)/u,
  /^(?:我|我们|这边|正在|马上|让我|稍后).{0,6}(?:查|看|核实|确认)(?:一下|下)?/u,
  /^(?:我是|这里是).{0,16}$/u,
  /^(?:还有|请问还有|有)?(?:什么|其他).{0,8}(?:帮|可以)/u,
  /^(?:please |just )?(?:one moment|a moment|hold on|bear with me|hang on)/iu,
  /^(?:let me|i(?:'ll| will)|i am|i'm) (?:just )?(?:check|look|find out|see|ask|get back|looking|checking)/iu,
  /^(?:this is|my name is|i am|i'm) \S{1,20}(?: \S{1,20})?$/iu,
  /^(?:(?:how|what) can i|is there anything|anything else|can you (?:tell|send|give)|could you)/iu,
  /^(?:thanks?|thank you|sorry|不客气|谢谢|感谢|抱歉|不好意思|祝您|have a (?:nice|good|great))/iu,
];
/** Letters, a Chinese character counting for two and a half. */
const SUBSTANCE = 18;
const ASKS = 9;

const sizeOf = (text: string) => (text.match(/\p{L}|\p{N}/gu) ?? []).reduce((total, letter) => total + (/\p{Script=Han}/u.test(letter) ? 2.5 : 1), 0);

/** Whether a question says what it is about: more than a word or a number. */
export const isQuestionOfSubstance = (text: string): boolean => sizeOf(text.replace(/\p{N}+/gu, '')) >= ASKS;

/** What of a reply could be an answer: without courtesy. Null: it says nothing. */
export function substanceOf(text: string): string | null {
  const sentences = text.match(/[^。！？!?\n.]+(?:\.(?!\s|$)[^。！？!?\n.]*)*[。！？!?\n.]*/gu) ?? [];
  const said = sentences.filter(sentence => {
    const bare = sentence.replace(/^[*\s，,]+|[。！？!?.，,*\s]+$/gu, '');
    return bare !== '' && !EMPTY.some(pattern => pattern.test(bare));
  });
  const kept = said.join('').trim();
  // A question back to the customer is no answer.
  if (/[?？]\s*$/u.test(kept) && said.length === 1) return null;
  return sizeOf(kept) >= SUBSTANCE ? kept : null;
}

/** Replies that say much the same strengthen each other: the most said first, in its longest wording. */
export function proposals(replies: Reply[]): (Reply & { count: number })[] {
  const groups: { reply: Reply; read: ReturnType<typeof reading>; count: number }[] = [];
  for (const reply of replies.toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
    const read = reading(reply.text);
    const same = groups.find(group => likeness(group.read, read) >= ALIKE);
    if (!same) groups.push({ reply, read, count: 1 });
    else {
      same.count++;
      if (reply.text.length > same.reply.text.length) same.reply = reply;
    }
  }
  return groups.toSorted((a, b) => b.count - a.count || b.reply.at.getTime() - a.reply.at.getTime()).map(({ reply, count }) => ({ ...reply, count }));
}
