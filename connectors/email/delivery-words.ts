/** Why a mail was not delivered, in words: by its code (RFC 3463), and where the code says nothing, by the server's prose. */
import type { Words } from '../connector.ts';

type Meaning = Exclude<Words, string>;

const meanings: [string, Meaning][] = [
  ['1.1', { 'zh-CN': '该地址不存在', en: 'the address does not exist' }], ['1.2', { 'zh-CN': '该地址的域名不存在', en: 'the domain of the address does not exist' }],
  ['1.3', { 'zh-CN': '该地址无效', en: 'the address is not valid' }], ['1.6', { 'zh-CN': '该邮箱已迁移', en: 'the mailbox has moved' }],
  ['1.7', { 'zh-CN': '我方发件地址不被接受', en: 'our sender address is not accepted' }], ['1.8', { 'zh-CN': '我方发件地址不被接受', en: 'our sender address is not accepted' }],
  // Exchange says so of an address, other servers of its domain.
  ['1.10', { 'zh-CN': '该地址不存在，或其域名不收邮件', en: 'the address does not exist, or its domain takes no mail' }], ['1', { 'zh-CN': '该地址不被接受', en: 'the address is not accepted' }],
  ['2.1', { 'zh-CN': '该邮箱已停用', en: 'the mailbox is switched off' }], ['2.2', { 'zh-CN': '该邮箱已满', en: 'the mailbox is full' }],
  ['2.3', { 'zh-CN': '邮件超出该邮箱允许的大小', en: 'the mail is too large for the mailbox' }], ['2', { 'zh-CN': '该邮箱不接收此邮件', en: 'the mailbox does not take the mail' }],
  ['3.4', { 'zh-CN': '邮件超出对方服务器允许的大小', en: 'the mail is too large for the server' }], ['3', { 'zh-CN': '客户的邮件服务器不接收此邮件', en: 'the mail server of the customer does not take the mail' }],
  ['4.1', { 'zh-CN': '客户的邮件服务器没有应答，或不接受该地址', en: 'the mail server of the customer does not answer, or not for this address' }], ['4.4', { 'zh-CN': '找不到客户的邮件服务器', en: 'no way to the mail server of the customer is known' }],
  ['4.6', { 'zh-CN': '邮件在服务器间循环', en: 'the mail went round in circles' }], ['4.7', { 'zh-CN': '客户的邮件服务器未在时限内接收邮件', en: 'the mail server of the customer did not take the mail in time' }],
  ['4', { 'zh-CN': '无法连接客户的邮件服务器', en: 'the mail server of the customer cannot be reached' }], ['6', { 'zh-CN': '客户的邮件服务器无法接收此类邮件', en: 'the mail server of the customer cannot take this kind of mail' }],
  ['7.1', { 'zh-CN': '客户的邮件服务器拒收我方邮件', en: 'the mail server of the customer refuses mail from us' }], ['7.20', { 'zh-CN': '签名（DKIM）缺失或有误', en: 'the signature (DKIM) is missing or wrong' }],
  ['7.23', { 'zh-CN': '发件人验证（SPF）未通过', en: 'the sender check (SPF) failed' }], ['7.26', { 'zh-CN': '发件人验证（SPF、DKIM）未通过', en: 'sender checks (SPF, DKIM) failed' }],
  ['7', { 'zh-CN': '邮件被对方规则拒收，可能被视为垃圾邮件', en: 'the mail was refused by policy, perhaps as spam' }],
];

/** What servers write in their own words; the first that fits counts. */
const prose: [RegExp, string][] = [
  [/\b(spf|dkim|dmarc)\b/i, '7.26'],
  [/over ?quota|(quota|mailbox|storage|inbox|disk space|account)\b.{0,40}\b(full|exceed|over|limit)|exceed\w*.{0,30}\b(quota|storage)|insufficient (disk|system) (space|storage)|已满|空间不足|容量/i, '2.2'],
  [/too (large|big)|(size|line|length) limit|exceed\w*.{0,30}\b(size|maximum)|过大/i, '3.4'],
  [/hop count|loop(s|ing)? (back|detected)|too many hops|mail loop/i, '4.6'],
  [/(sender|from|return.?path|envelope)\b.{0,30}\b(reject|not (exist|found|verified)|invalid|unroutable|refused|denied)|(unroutable|unverified|invalid) sender/i, '1.8'],
  [/(frozen|suspended|disabled|inactive|deactivated|locked|blocked) (recipient|account|mailbox|user)|(account|mailbox|user|recipient)\b.{0,30}\b(frozen|suspended|disabled|inactive|deactivated|locked|blocked|bloque)/i, '2.1'],
  [/(host|domain)\b.{0,80}\b(unknown|not (found|exist|known)|does ?n.t exist|no such)|(unknown|no such|unrouteable|unroutable|illegal) (mail )?(host|domain)|host or domain name not found|nxdomain|域名不存在/i, '1.2'],
  [/(user|recipients?|mailbox|address(es)?|account|person|destinataire)\b.{0,60}\b(unknown|not (exist|found|valid|listed|known|active)|does ?n.t (exist|have)|invalid|no such|undeliverable|invalide)|(unknown|no such|invalid|unrouteable|undeliverable|non-?existent|no) (user|recipient|address|mailbox|account|person|local)|user doesn.t have|couldn.t be found|wasn.t found|mailbox unavailable|RecipientNotFound|RecipNotFound|不存在|查无此|无此用户|未知用户|収容|宛先.{0,20}(見つか|存在)/i, '1.1'],
  [/(retry|delivery|delivering|queue|message|connection|been in the queue)\b.{0,40}\b(time-?d? ?out|expired|expiration|too long)|could not be delivered (for|within|after)|envelope expired|gave up|cannot be delivered within|failed to be sent for|超时|期限/i, '4.7'],
  [/(connection|connect|network|host|server).{0,40}(refused|unreachable|reset|failed|not respond|no answer|lost)|no route to host|could not connect|DNS/i, '4'],
  [/spam|black ?list|block(ed|ing|list)|reputation|polic(y|ies)|denied|not allowed|not permitted|permission|refused by|reject|垃圾|拒收|拒绝/i, '7'],
];

const says = (key: string): Meaning | undefined => meanings.find(([one]) => one === key)?.[1];
const unknown: Meaning = { 'zh-CN': '邮件未能送达', en: 'the mail was not delivered' };

/** x.0.0 and x.5.z say nothing about the reason. */
const vague = (detail: string): boolean => detail === '' || /^[05]\./.test(detail);

/** One sentence for the person who wrote. `more`: what else the report says, for the reason only. */
export function failure(code: string, recipient: string, diagnostic: string, more: string): Words {
  const detail = /^[245]\.(.+)$/.exec(code)?.[1] ?? '';
  const read = vague(detail) ? [diagnostic, more].flatMap((text) => prose.find(([pattern]) => pattern.test(text.slice(0, 2_000).replace(/\s+/g, ' ')))?.[1] ?? [])[0] : undefined;
  const meaning = says(read ?? '') ?? says(detail) ?? says(detail.split('.')[0] ?? '') ?? unknown;
  const sentence = (words: string, colon: string): string => [`${recipient ? `${recipient}${colon}` : ''}${words}${code ? ` (${code})` : ''}`, diagnostic].filter((part) => part !== '').join('; ').replace(/\s+/g, ' ').slice(0, 500);
  return { 'zh-CN': sentence(meaning['zh-CN'], '：'), en: sentence(meaning.en, ': ') };
}
