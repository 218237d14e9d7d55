/** A conversation in short without a model: only sentences that were really said, each with its place. */
import type { Line, Summary } from '../schema.ts';
import { givenIn } from './given.ts';

const longest = 240;
const mostLines = 5;
const read = 4_000;

const ASKS = /[?？]\s*$|[吗嗎呢][。！!.…]*$|怎么|怎麼|如何|多久|多少|几[天点号个]|什么时候|什麼時候|为什么|為什麼|哪[里裡儿个些]|能不能|可不可以|可以.{0,12}[吗嗎]|是否|有没有|^\s*(?:how|when|where|what|which|why|who|can|could|do|does|did|is|are|will|would|may|should)\b/iu;
const WANTS = /我(?:要|想|需要)|请(?:帮|给|问)|帮我|麻烦|\b(?:i (?:want|need|would like)|i'd like|please)\b/iu;
// What binds us: a will, a guarantee, a time by which.
const BINDS = /(?:我们?|这边)(?:今天|明天|稍后|马上|立刻|尽快|随后)?会|保证|承诺|一定(?:会|给|帮)|(?:稍后|马上|立刻|尽快|随后|今天|明天|晚些)[^，。！？]{0,12}(?:给您|为您|帮您|联系|回复|处理|查|退|发|寄|通知|安排)|(?:会|将)(?:尽快|马上|为您|给您|帮您|在.{1,12}[内前])|\b(?:(?:i|we)(?:'ll| will| shall)|i am going to|(?:i|we) (?:promise|guarantee)|get back to you|you(?:'ll| will) (?:get|have|receive|hear))\b/iu;
const BY_WHEN = /(?:[今明后]天|周[一二三四五六日天]|\d+\s*[点号日])[^，。！？]{0,10}(?:前|之前|到|退|发)|\d+\s*(?:个)?(?:分钟|小时|天|工作日)(?:之?内|以内)|\b(?:within|in) \d+ (?:minutes?|hours?|(?:working |business )?days?)\b|\bby (?:today|tonight|tomorrow|noon|monday|tuesday|wednesday|thursday|friday|the end|\d)/iu;

// Said out of courtesy: nothing waits for an answer.
const COURTESY = /^(?:好的?|嗯+|哦|行|可以|收到|知道了|明白了?|谢谢你?您?|多谢|麻烦了|你好|您好|在吗|在么|ok(?:ay)?|sure|great|thanks?(?: you| a lot)?|thank you|thx|hi|hello|hey)[\s。，！!.,~～]*$/iu;

const short = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return [...line].length > longest ? `${[...line].slice(0, longest - 1).join('')}…` : line;
};
const sentences = (text: string): string[] => (text.slice(0, read).match(/[^。！？!?\n；;]+[。！？!?；;]*/gu) ?? []).flatMap((part) => part.split(/(?<=[a-z)]\.)\s+(?=[A-Z])/)).map((part) => part.trim()).filter((part) => /[\p{L}\p{N}]/u.test(part));

const asLines = (line: Line, texts: string[]): Line[] => texts.map((text) => ({ ...line, text: short(text) }));
/** The newest few, each said once. */
const last = (lines: Line[]): Line[] => lines.filter((line, i) => lines.findIndex((other) => other.text === line.text) === i).slice(-mostLines);

/** What was asked, what we answered, what we promised and what is still open. */
export function summaryOf(said: readonly Line[]): Summary {
  const ours = said.findLastIndex((line) => line.by !== 'contact');
  const asks = (line: Line): Line[] => asLines(line, sentences(line.text).filter((text) => ASKS.test(text) || WANTS.test(text)));
  const fromContact = said.filter((line) => line.by === 'contact');
  const asked = fromContact.flatMap(asks);
  const since = said.slice(ours + 1).filter((line) => line.by === 'contact');
  return {
    // Who only states what is wrong asks by that.
    asked: last(asked.length > 0 ? asked : fromContact.slice(0, 1).flatMap((line) => asLines(line, [line.text]))),
    tried: last(said.filter((line) => line.by !== 'contact').flatMap((line) => asLines(line, [line.text]))),
    promised: last(said.filter((line) => line.by !== 'contact').flatMap((line) => asLines(line, sentences(line.text).filter((text) => BINDS.test(text) || (line.by === 'agent' && BY_WHEN.test(text)))))),
    given: givenIn(said),
    open: last(since.filter(({ text }) => !COURTESY.test(text.trim())).flatMap((line) => asLines(line, [line.text]))),
  };
}
