/** What a customer says besides asking: call a person, greet, thank, threaten. Small lists on purpose; rules, no model. */
import { asksElsewhere } from './person-words.ts';

const plain = (text: string): string => text.slice(0, 8_000).normalize('NFKC').replace(/\p{Cf}/gu, '').toLowerCase().replace(/[\u2018\u2019]/g, "'").replace(/\s+/g, ' ').trim();
const bare = (text: string): string => plain(text).replace(/[^\p{L}\p{N} ]+/gu, '').trim();

const PERSON = "(?:person|humans?(?: being)?|agents?|representatives?|reps?|operator|someone|somebody|advisors?|manager|supervisor|staff|colleague|people|customer (?:service|support|care))";
const REAL = '(?:(?:a|an|the|your|any|one of your|some|another) )*(?:(?:real|live|actual|human|support|service|customer service|customer support) )*';
const END = "(?= ?(?:[.,!?;]|$|please|now|here|instead|about|asap|immediately|right|today|to help|who|that|not|already|for help|i |and ))";

const HUMAN_ENGLISH = [
  new RegExp(`\\b(?:talk|speak|chat|connect|transfer|get|put|pass|hand|escalate|forward|switch|through)(?: me| us| this)?(?: over| through)? (?:to|with|on to) ${REAL}(?:${PERSON}|support${END})\\b`),
  new RegExp(`\\b(?:need|want|give me|get me|would like|i'd like|call|contact|reach|find me|is there) ${REAL}${PERSON}${END}`),
  new RegExp(`\\b(?:real|live|actual) (?:person|human|agent|operator|people)\\b`),
  new RegExp(`^${REAL}${PERSON},? ?(?:please|now|pls|plz|asap)?[.!]*$`),
  new RegExp(`\\b(?:humans?|agent|representative|operator),? (?:please|pls|plz)\\b`),
  /\b(?:live|human) (?:chat|support|help)\b/,
  /\btransfer me(?= ?(?:[.,!?;]|$|please|now|over))/,
  /^(?:can |could |please )*(?:someone|somebody|anyone)(?: real| please)* help(?: me| us)?\b/,
  /\b(?:someone|somebody|anyone) (?:real|human)\b/,
  /\b(?:hate|stop|no more|not|don't want|enough of) (?:a |this |the |your |(?:to )?talk(?:ing)? to (?:a |this |the )?)?(?:ro)?bots?\b/,
];
/** Taken out before the patterns look: somebody's work, other agents, and no person wanted. */
const NOT_HUMAN_ENGLISH = new RegExp([
  '\\b(?:becom(?:e|ing)|hir(?:e|ing)|job|work) (?:as )?(?:an? )?(?:\\w+ )?(?:agent|representative|operator|manager)',
  '\\b(?:real estate|travel|user|cleaning|insurance|shipping|ai) agents?\\b', '\\bhuman (?:resources?|rights|error|hair)',
  `\\b(?:don'?t|do not|no need to|needn'?t|never) (?:want |need |wish |have )?(?:to )?(?:(?:talk|speak|chat|be connected|be transferred) (?:to|with) |call )?${REAL}(?:${PERSON})\\b`,
].join('|'), 'g');

/** Traditional characters and Cantonese words as the patterns write them. */
const ALIKE: Record<string, string> = {
  轉: '转', 換: '换', 連: '连', 個: '个', 專: '专', 員: '员', 機: '机', 講: '讲', 說: '说', 談: '谈', 話: '话', 對: '对', 經: '经', 負: '负', 責: '责', 務: '务', 復: '复', 覆: '复', 幫: '帮', 嗎: '吗', 沒: '没', 聯: '联', 絡: '络', 繫: '系', 請: '请', 給: '给', 來: '来',
  類: '类', 費: '费', 領: '领', 導: '导', 頭: '头', 審: '审', 處: '处', 溝: '沟', 裡: '里', 討: '讨', 厭: '厌', 別: '别', 無: '无', 須: '须', 點: '点', 時: '时', 間: '间', 錢: '钱', 麼: '么', 電: '电', 傾: '聊', 倾: '聊', 搵: '找', 駁: '接', 冇: '没有', 嚟: '来', 唔: '不', 呀: '啊',
};
const alike = (said: string): string => said.replace(/唔該|唔该/g, '请').replace(/[傾倾]偈/g, '聊').replace(/机械人|機械人/g, '机器人').replace(/\p{Script=Han}/gu, (sign) => ALIKE[sign] ?? sign);

const HUMAN_CHINESE = [
  /[转接找要叫换连求](?:接|到|个|一下|一个|您?们?的?)?(?:人工|真人|活人|客服人员|客服专员|专员|坐席|座席)/u,
  /(?:人工|真人)(?:客服|服务|坐席|座席|接听|回复|帮助)/u,
  /(?:转接?|找|叫|联系|联络|呼叫|接)(?:一下)?(?:去|到)?(?:你们的?|个)?(?:客服|经理|主管|负责人)(?!系统|端|软件|电话|微信|热线|时间)/u,
  /[叫找让](?:你们|你)的?(?:领导|老板|经理|主管)/u,
  /(?:和|跟|与|找|同)(?:个|一个)?(?:真?人|活人|真正的人|客服|专员|人类)(?:说|聊|讲|谈|对话|沟通|交流)/u,
  /(?:不要|不想|别用|讨厌|不跟|不和|不同).{0,4}机器人/u,
  /^(?:我要|我想|请|麻烦|快|要|给我|求)*(?:人工|真人|活人|客服|客服人员)+(?:来)?(?:处理|解决)?(?:吧|呢|啊|谢谢|快点|在吗|在不在)*$/u,
  /有(?:没有|无)?(?:真人|活人|人工)/u,
  /[找叫换](?:一?个)人(?:[来跟和帮接说聊给]|$)/u,
  /^(?:请|快|麻烦|能不能|可不可以|你们)*[叫找让派]人(?:工)?(?:来(?![取拿收付签送])|(?:跟|和|同)我)/u,
];
const NOT_HUMAN_CHINESE = /人工(?:智能|智慧|费|成本|合成|降雨|湖|草坪|培育|钻石|授精|受孕|呼吸|心脏|翻译|审核|标注|饲养|牛黄|检测|质检|耳蜗|关节|授粉|录入|打包)|(?:不用|不需要|不必|无需|无须|别|不想|不要)(?:再|给我|帮我)?(?:转|找|接)?(?:接|到)?(?:人工|真人)(?:客服|服务)?/gu;
// 'When does the desk open' is a question about people, not for one.
const ABOUT_PEOPLE = /人工(?:客服|服务)?(?:的)?(?:几点|什么时候|工作时间|上班|服务时间|电话|收费|要钱)/u;
const PINYIN = /^(?:wo (?:yao|xiang) |qing )?(?:zhuan ?|zhao ?)?ren ?gong(?: ?ke ?fu)?[.!]*$/;

/** The customer asks for a person, in any of some twenty languages. Always honoured, before anything else. */
export function asksForHuman(text: string): boolean {
  const said = plain(text);
  if (said.length < 2_000 && (asksElsewhere(said) || PINYIN.test(said))) return true;
  const chinese = alike(said).replace(NOT_HUMAN_CHINESE, ' ').replace(/[\s\p{P}]+/gu, '');
  if (HUMAN_CHINESE.some((pattern) => pattern.test(chinese)) && !ABOUT_PEOPLE.test(chinese)) return true;
  const english = said.replace(NOT_HUMAN_ENGLISH, ' ');
  return HUMAN_ENGLISH.some((pattern) => pattern.test(english));
}

/**
 * Complaints, law and money taken: people decide these, and soon. A list, so that it can be read and disputed:
 * complaint or report to an authority; lawyer, court, police; fraud, scam, stolen card; compensation and chargeback.
 */
const POLICY = [
  /投诉|投訴|举报|舉報|起诉|起訴|律师|律師|法院|仲裁|消协|消協|12315|12345|工商局|市监局|报警|報警|公安|诈骗|詐騙|骗子|騙子|欺诈|欺詐|被骗|被騙|骗钱|索赔|索賠|赔偿|賠償|赔钱|退一赔三|假一赔|曝光你|盗刷|盜刷/u,
  /\b(?:complaints?|complain(?:ing)?|sue|suing|lawsuit|lawyers?|attorney|solicitor|legal action|small claims|(?:to|in) court|fraud(?:ulent)?|scam(?:med|mers?)?|charge ?backs?|compensat(?:e|ion)|ombudsman|trading standards|better business bureau|police|unauthori[sz]ed (?:charge|payment|transaction)s?|stole my money|rip(?:ped)? ?off)\b|\bdisput(?:e|ing) (?:a |the |this |my )?(?:charge|payment|bill|transaction)/,
];

/** The matter belongs to people whatever the bot knows; see the list above. */
export function needsPeople(text: string): boolean {
  const said = plain(text);
  return POLICY.some((pattern) => pattern.test(said));
}

const GREETING = /^(?:(?:hi|hello|hey|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|is (?:anyone|anybody) there|anyone there)(?: there| all| team| everyone)?|你好+|您好+|哈喽|哈啰|嗨|喂|早|早上好|上午好|中午好|下午好|晚上好|在吗|在嗎|在不在|有人吗|有人嗎|请问|請問|请问一下|亲|您好在吗|你好在吗|hi+|hello+)(?:啊|呀|哦)?$/u;
const THANKS = /^(?:(?:ok(?:ay)?|great|perfect|cool|awesome|nice|got it|alright|thats all|no)? ?(?:many )?(?:thanks?|thank you|thx|ty|cheers|bye|goodbye|have a (?:nice|good) day)(?: (?:you|a lot|so much|very much|for your help|again|bye|thats all|that helps|that helped))*|(?:好的?|嗯+|行|可以|知道了|明白了|ok|没事了|不用了)?(?:谢谢|謝謝|多谢|多謝|感谢|感謝|谢了|辛苦了|再见|再見|拜拜)(?:你|您|啦|了|哈|啊|再见|拜拜)*|(?:好的|好|ok|okay|知道了|明白了|没事了|got it|great|perfect|alright|cool))$/u;

/** A greeting and nothing else. */
export const isGreeting = (text: string): boolean => GREETING.test(bare(text)) || GREETING.test(bare(text).replace(/ /g, ''));

/** Thanks, an acknowledgement or a good-bye and nothing else. */
export const isThanks = (text: string): boolean => THANKS.test(bare(text));

/** 'The second one' of the choices offered: 0, 1, 2; -1 for none of them; undefined when it is no such answer. */
export function chosen(text: string): number | undefined {
  const said = bare(text);
  if (/^(?:none(?: of (?:them|these|those|the above))?|neither|no|nope|都不是|都不对|不是|没有|都没有)$/.test(said)) return -1;
  const match = /^(?:第|no |number |option |the )?([1-3]|[一二三]|first|second|third)(?:个|條|条|项|st|nd|rd| one| option)?$/.exec(said)?.[1];
  const places = [['1', '一', 'first'], ['2', '二', 'second'], ['3', '三', 'third']];
  const place = places.findIndex((names) => names.some((name) => name === match));
  return match === undefined || place < 0 ? undefined : place;
}
