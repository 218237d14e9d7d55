/** What binds us when it is said on our behalf: only a source may say it. Words in, the unproved ones out. Pure. */
import { wordsIn } from './conduct.ts';

/** 'house': words that an admin added. */
export type PromiseKind = 'refund' | 'compensation' | 'gift' | 'date' | 'guarantee' | 'legal' | 'house';

const plain = (text: string): string => text.normalize('NFKC').replace(/\p{Cf}/gu, '').toLowerCase().replace(/[\u2018\u2019]/g, "'").replace(/\s+/g, ' ');

const PROMISES: [PromiseKind, RegExp][] = [
  ['refund', /全额退|全額退|(?:给|給|为|為|帮|幫)您?你?(?:办理|辦理|申请|申請)?退(?:款|钱|錢|费|費)|(?:已经?|已為|会|會|将|將|可以|马上|立即|立刻)(?:为您|為您|给您|給您|帮您|幫您)?(?:全部|全额)?退(?:款|还|還|回|钱)|full(?:y)? refund|money[ -]back|(?:we|i|you)(?:'ll| will| can| have|'ve| are going to|'re going to)(?: \w+){0,3} (?:refund|reimburse|pay you back)|(?:refund|reimbursement) (?:has been|is|was|will be) (?:issued|processed|approved|sent|on its way)|(?:get|receive|have) (?:your|all your|the) money back|(?:is|was|were|been|being|got) (?:fully )?(?:refunded|reimbursed|credited)/gu],
  ['compensation', /赔偿|賠償|补偿|補償|赔付|賠付|退一赔|compensat\w*|make (?:it|this) up to you|cover (?:the|your|all|any) (?:cost|costs|loss|losses|damage|damages|expenses)|(?:pay|give|send|offer|credit) you (?:back )?(?:a |an )?(?:[$€£¥]|\d|credit|voucher|money)/gu],
  ['gift', /免费(?:送|补|换|给|赠|提供|升级|维修)|免費(?:送|補|換|給|贈|提供|升級|維修)|(?:送|赠|贈)您?你?一?(?:张|份|個|个)|优惠券.{0,6}(?:已|给|发)|free of charge|for free|(?:a|your) free \w+|at no (?:extra |additional )?(?:cost|charge)|waive\w*|(?:a|your|extra) discount|on the house|complimentary/gu],
  ['date', /(?:今天|今日|今晚|明天|明日|后天|後天|本周|本週|这周|這週|下周|下週|周[一二三四五六日天]|週[一二三四五六日]|月底|月末|(?:马上|立刻|立即)(?:就|会|發|发|到))|(?:一|两|兩|二|三|四|五|六|七|八|九|十|半|几|幾)+(?:个|個)?(?:小时|小時|天|日|周|週|星期|工作日|月|分钟|分鐘)(?:内|內|之内|之內|左右)|\b(?:today|tonight|tomorrow|by (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|the end of)|(?:this|next) (?:week|month|monday|tuesday|wednesday|thursday|friday|weekend)|(?:one|two|three|four|five|six|seven|eight|nine|ten|a few|a couple of)(?: business| working)? (?:hours?|days?|weeks?|minutes?)|immediately|right away|within the hour)\b/gu],
  ['guarantee', /保证|保證|承诺|承諾|一定(?:会|會|能)|肯定(?:会|會|能)|绝对|絕對|百分之百|包(?:退|换|换新|赔|修)|guarantee\w*|\bpromis\w+|you have (?:my|our) word|without fail|definitely|rest assured|we (?:will|'ll) make sure/gu],
  ['legal', /(?:我们|我們|我司|本公司)(?:承担|承擔|负全责|負全責|有责任|有責任|违约|違約|违法|違法|侵权|侵權)|法律(?:责任|責任|效力)|依法|合法|具有法律|legally (?:binding|entitled|obliged|required)|(?:we|our company) (?:are|is|were) (?:liable|at fault|responsible|negligent)|(?:admit|accept) (?:liability|fault|responsibility)|your legal rights?|no takesies|binding (?:offer|contract|agreement)/gu],
];

/** All promises in a text, each with its words. @param house words that bind this house besides */
export const promisesIn = (text: string, house: readonly string[] = []): { kind: PromiseKind; words: string }[] => [
  ...PROMISES.flatMap(([kind, pattern]) => (plain(text).match(pattern) ?? []).map((words) => ({ kind, words }))),
  ...wordsIn(text, house).map((words) => ({ kind: 'house' as const, words })),
];

/** Whether a source says a promise. */
export const isProved = ({ kind, words }: { kind: PromiseKind; words: string }, sources: string): boolean => (kind === 'house' ? wordsIn(sources, [words]).length > 0 : plain(sources).includes(words));

/** Promises in a text that none of the cited sources says. */
export const unprovedPromises = (text: string, sources: string, house: readonly string[] = []): { kind: PromiseKind; words: string }[] => promisesIn(text, house).filter((promise) => !isProved(promise, sources));
