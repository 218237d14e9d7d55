/**
 * Words that speak to the machine, not to us: orders to forget the rules, to say them, to play somebody, to use tools, to tell of others.
 * They change nothing by themselves; whoever says them is answered out of the knowledge alone, without a model. So a false alarm costs little.
 */
import { visible } from './personal.ts';

/** What kind of order it looks like. */
export type Sign = 'override' | 'role' | 'leak' | 'marker' | 'tool' | 'others' | 'authority' | 'encoded' | 'smuggled';

const SIGNS: [Sign, RegExp][] = [
  ['override', /\b(?:ignore|disregard|forget|override|overrule|bypass|cancel|suspend|drop|don'?t follow|stop following)\b.{0,40}\b(?:instructions?|rules?|prompts?|guidelines?|directives?|constraints?|restrictions?|filters?|training|told|above)\b/],
  ['override', /\b(?:new|updated|real|following) (?:instructions?|rules?|directives?|system prompt)\b|\bfrom now on\b|\b(?:change|update|rewrite|replace|edit|set) (?:your|the|all) (?:rules?|prompt|instructions?|polic(?:y|ies)|guidelines?)\b|\b(?:end|reset|clear) (?:of )?(?:the |your )?(?:prompt|instructions?|context|memory)\b|\bignora(?:re|r)?\b.{0,30}\binstruc|\bignorez?\b.{0,30}\binstructions?\b|\bignoriere?\b.{0,30}\banweisungen\b/],
  ['override', /(?:忽略|忽視|无视|無視|忘(?:记|掉|了|記)|不(?:要|用|必)?(?:再)?(?:理会|理會|遵守|遵循)|绕过|繞過|跳过|跳過|推翻|覆盖|覆蓋|解除|关闭|關閉|作废|作廢).{0,12}(?:指令|指示|规则|規則|提示|设定|設定|限制|约束|約束|命令|过滤|過濾|前面的?话|上面的?话)/u],
  ['override', /(?:新的?|最新的?|以下)(?:指令|系统指令|規則|规则是)|从现在(?:开始|起)|從現在(?:開始|起)|(?:修改|更改|更新|改写|替换|改變|改变).{0,4}(?:你的|系统|系統)(?:规则|規則|提示|设定|設定|指令)|(?:以后|今后).{0,6}(?:都|一律|全部)(?:回答|回复|免费|免費|退款)/u],
  ['role', /\byou(?:'re| are) (?:now|no longer)\b|\b(?:act|behave|respond|answer|speak) (?:as|like) (?:a|an|the|if you|my|dan)\b|\bpretend(?:ing)? (?:to be|you|that you|there)|\brole-?play|\bimagine you\b|\bdan\b|\b(?:developer|debug|god|admin|maintenance|unrestricted|test) mode\b|\bjailbr(?:eak|oken)\b|\bmy (?:late |dead )?grand(?:ma|mother)\b.{0,60}\b(?:read|tell|used to)\b|\blet'?s play\b|\bwrite a (?:story|poem|play|scene|dialogue)\b|\bhypothetical(?:ly)?\b|\bsudo\b/],
  ['role', /你(?:现在|現在|已经|已經)(?:是|不再|不是|变成|變成|进入|進入)|扮演|假装|假裝|假设你|假設你|想象你是|角色|(?:开发者|開發者|调试|調試|管理员|維護|维护|上帝|测试)模式|越狱|越獄|奶奶.{0,12}(?:睡|念|讲|講)|(?:写|寫|编|編)(?:一个|一個|一首|个|個)?(?:故事|小说|小說|剧本|劇本|诗|詩|对话|對話)|来玩(?:个|一个)?游戏/u],
  ['leak', /\b(?:system|initial|hidden|secret|original|internal|developer) (?:prompts?|instructions?|messages?|rules?|notes?|documents?|polic(?:y|ies)|reference)\b|\byour (?:instructions?|prompts?|rules|guidelines|configuration|reference|api key|secret)\b|\b(?:repeat|print|reveal|show|output|recite|echo|dump|copy|leak|translate|summari[sz]e|spell|list|give me|tell me)\b.{0,40}\b(?:above|everything|verbatim|prompts?|instructions?|so far|you were told|tools?|functions?|environment|secrets?|passwords?|api keys?)\b|\bwhat (?:were you told|are you told|do your instructions)\b|\bbefore this (?:line|message|conversation)\b/],
  ['leak', /系统(?:提示|指令|消息|信息)|系統(?:提示|指令|消息|訊息)|提示词|提示詞|(?:你的|内部|內部|隐藏|隱藏|初始|原始|最初)(?:的)?(?:指令|设定|設定|规则|規則|提示|配置|密钥|密鑰|文档|文檔)|(?:输出|輸出|打印|重复|重複|复述|複述|翻译|翻譯|总结|總結|告诉我|告訴我|列出|背诵|逐字).{0,14}(?:上面|以上|上述|之前|前面|全部|所有).{0,8}(?:内容|內容|文字|指令|消息|话|話|对话|對話|工具|函数)|(?:被|给你)(?:告知|设定|設定|设置|吩咐)了?(?:什么|什麼|哪些)/u],
  ['marker', /<\/?\s*(?:system|assistant|developer|instructions?|user|admin|tool|data|context|passages?|search_results?)\b[^>]{0,60}>|\[\/?(?:inst|system|sys)\]|<\|[a-z_]{2,30}\|>|<<\/?sys>>|^\s*[#*>\s]{0,8}(?:system|assistant|developer|new task|instruction|系统|系統|助手|管理员)(?: (?:message|override|note|prompt))?\s*[:：\]]|"role"\s*:\s*"(?:system|developer|assistant|tool)"|"(?:lc|tool_calls?|function_call)"\s*:|-{3,}\s*(?:end|begin|system|new)\b|={3,}\s*(?:end|begin|system|new)\b/m],
  ['tool', /\b(?:call|invoke|run|execute|trigger|query)\b.{0,24}\b(?:tools?|functions?|apis?|commands?|shell|sql|scripts?|database|code)\b|\buse (?:the|your) .{0,16}\b(?:tool|function)\b|\b(?:drop table|select \*|union select|rm -rf|eval\(|exec\()|\b[a-z]{2,20}_[a-z_]{2,40}\s*\(|\{\{.{1,80}\}\}|\$\{.{1,80}\}|__[a-z]{3,20}__|process\.env|\bissue (?:a|me a|the) (?:full )?refund (?:of|for)\b.{0,30}\bnow\b/],
  ['tool', /(?:调用|調用|执行|執行|运行|運行|触发|觸發).{0,10}(?:工具|函数|函數|接口|命令|代码|代碼|脚本|腳本|数据库|資料庫|sql|api)/u],
  ['others', /\b(?:other|another|every|last|previous|next) (?:customer|user|client|caller|visitor|buyer|person)(?:s|'s|s')?\b(?! (?:service|support|care))|\b(?:someone else'?s?|somebody else'?s?|her|his|my (?:ex|neighbou?r|husband|wife|boss|friend|sister|brother)'?s?)\b.{0,24}\b(?:orders?|address(?:es)?|phone|email|account|records?|conversations?|chats?|purchases?)\b|\b(?:show|list|give|dump|tell|read|send)\b.{0,20}\ball (?:the |your )?(?:customers?|users?|orders?|records?|accounts?|data)\b|\b(?:orders?|address|phone|email|details|data|account|information|conversations?|records?) (?:of|for|belonging to|from) (?:another|other|all|every|any|the last|the previous|the customer|a customer|customers|users|mr|mrs|ms)\b/],
  ['others', /(?:其他|其它|别的|別的|另(?:外)?一?(?:个|個|位)|别人|別人|他人|所有|全部|上一(?:个|個|位)|前一(?:个|個|位)|邻居|鄰居|前(?:女|男)友|老公|老婆|同事|朋友).{0,8}(?:订单|訂單|信息|資料|资料|电话|電話|地址|手机|手機|记录|記錄|数据|數據|姓名|聊天|对话|對話|账号|帳號)/u],
  ['authority', /\bi(?:'m| am) (?:(?:the|your) (?:developer|owner|creator|ceo|engineer|supervisor)|(?:the |your |an? )?(?:admin(?:istrator)?|root|security (?:team|auditor)|openai|anthropic))\b|\bthis is (?:the |an? )?(?:admin|developer|authori[sz]ed|security|official) (?:test|audit|request|message|override)\b|\bauthori[sz](?:ed|ation) (?:code|override|by)\b|\bfor (?:debugging|testing|audit) purposes\b/],
  ['authority', /我是(?:你的?|你们的?|这里的?|系统)?(?:系统|系統)?(?:管理员|管理員|开发者|開發者|老板|老闆|主人|创造者|工程师|程序员|安全团队|超级用户)|(?:授权码|授權碼|管理员密码|管理員密碼)|(?:安全|内部|內部)(?:审计|審計|测试|測試)/u],
];
// Of knowledge: what it may say of customers and their orders is its own business.
const OF_PASSAGES: ReadonlySet<Sign> = new Set(['override', 'role', 'leak', 'marker', 'tool', 'encoded', 'smuggled']);
const MOST = 8_000;

const readable = (text: string): boolean => text.length >= 6 && (text.match(/[\p{L}\p{N}\s\p{P}]/gu)?.length ?? 0) >= text.length * 0.95 && !/\uFFFD/.test(text);
const rot13 = (text: string): string => text.replace(/[a-z]/gi, (letter) => String.fromCharCode((letter <= 'Z' ? 90 : 122) >= letter.charCodeAt(0) + 13 ? letter.charCodeAt(0) + 13 : letter.charCodeAt(0) - 13));
const bytesOf = (base64: string): string => {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)));
  } catch {
    return '';
  }
};

/** What a text may say beneath: base64, hex, percent signs, letters set apart, backwards, thirteen letters on. */
export function decoded(text: string): string[] {
  const base64 = (text.match(/[A-Za-z0-9+/_-]{16,}={0,2}/g) ?? []).slice(0, 8).map((run) => bytesOf(run.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')));
  const hex = (text.match(/(?:[0-9a-f]{2}[\s:]?){8,}/gi) ?? []).slice(0, 8).map((run) => new TextDecoder().decode(Uint8Array.from(run.match(/[0-9a-f]{2}/gi) ?? [], (pair) => Number.parseInt(pair, 16))));
  const escaped = text.replace(/(?:%|\\x|\\u00)([0-9a-f]{2})/gi, (_all, pair: string) => String.fromCharCode(Number.parseInt(pair, 16)));
  const apart = /(?:\b\p{L}[\s.*_-]){7}/u.test(text) ? [text.replace(/(\p{L})[\s.*_-](?=\p{L}\b)/gu, '$1').replace(/\s{2,}/g, ' '), text.replace(/[\s.*_-]+/g, '')] : [];
  const swapped = text.replace(/[0134@57$]/g, (sign) => ({ 0: 'o', 1: 'i', 3: 'e', 4: 'a', '@': 'a', 5: 's', 7: 't', $: 's' })[sign] ?? sign);
  return [...base64, ...hex, ...(escaped === text ? [] : [escaped]), ...apart, ...(swapped === text ? [] : [swapped]), [...text].toReversed().join(''), rot13(text)].filter(readable);
}

const signsIn = (text: string): Sign[] => SIGNS.flatMap(([sign, pattern]) => (pattern.test(text) ? [sign] : []));
// Letters set apart lose their spaces: these words are long enough to stand for themselves.
const GLUED = /ignore(?:all)?(?:your|the|previous|prior)|previousinstructions|systemprompt|revealyour|忽略.{0,6}指令/u;

/** The signs of an order to the machine in a text, each once. */
export function signsOf(text: string): Sign[] {
  const signs = new Set<Sign>();
  // Letters of the tag block are invisible to people and read by models; many joiners hide words as well.
  if (/[\u{E0000}-\u{E007F}]/u.test(text) || (text.match(/[\u200B-\u200F\u2060-\u2064]/g)?.length ?? 0) > 8) signs.add('smuggled');
  const shown = visible(text).slice(0, MOST).toLowerCase();
  for (const sign of signsIn(shown)) signs.add(sign);
  const strong: ReadonlySet<Sign> = new Set(['override', 'leak', 'others', 'marker']);
  // Base64 minds capitals.
  if (decoded(visible(text).slice(0, MOST)).some((one) => GLUED.test(one.toLowerCase()) || signsIn(one.toLowerCase()).some((sign) => strong.has(sign) && !signs.has(sign)))) signs.add('encoded');
  return [...signs];
}

/** Whether a model may be asked at all: no word of this customer in the episode gives orders, not even spread over several messages. */
export function mayAskModel(said: string[]): boolean {
  const recent = said.slice(-20);
  return [...recent, recent.slice(-6).join(' ')].every((text) => signsOf(text).length === 0);
}

/** Whether a piece of knowledge may be shown to a model: it informs, and gives no orders. */
export const mayBeShown = (passage: string): boolean => !signsOf(passage).some((sign) => OF_PASSAGES.has(sign));
