/** The layouts of the mail programs people really use. */
import { describe, expect, it } from 'vitest';
import { foldQuotes } from './quotes.ts';

const layouts: [string, string, string][] = [
  ['Gmail', 'Thanks!\n\nOn Sat, Nov 21, 2026 at 3:00 PM Acme <support@acme.test> wrote:\n> hi\n> there\n', 'Thanks!'],
  ['Gmail, wrapped', 'Thanks!\n\nOn Sat, Nov 21, 2026 at 3:00 PM A Company With A Long Name\n<support@acme.test>\nwrote:\n\n> hi\n', 'Thanks!'],
  ['Gmail zh', '谢谢!\n\nAcme 客服 <support@acme.test> 于2026年11月21日周六 15:00写道:\n\n> 已收到\n', '谢谢!'],
  ['Gmail zh, full-width colon', '谢谢!\n\nAcme 客服 <support@acme.test> 于2026年11月21日周六 15:00写道：\n\n> 已收到\n', '谢谢!'],
  ['Gmail zh-TW', '謝謝!\n\nAcme <support@acme.test> 於 2026年11月21日 週六 下午3:00寫道：\n\n> 已收到\n', '謝謝!'],
  ['Apple', 'Fine.\n\n> On 21. Nov 2026, at 15:00, Acme <support@acme.test> wrote:\n> \n> old\n', 'Fine.'],
  ['Apple zh', '好的\n\n> 在 2026年11月21日，15:00，Acme 客服 <support@acme.test> 写道：\n> \n> 已收到\n', '好的'],
  ['Thunderbird zh', '好的\n\n在 2026/11/21 15:00, Acme 客服 写道:\n> 已收到\n', '好的'],
  ['Outlook zh', '好的\n\n发件人: Acme 客服 <support@acme.test>\n发送时间: 2026年11月21日 15:00\n收件人: 张三\n主题: Re: 发票\n\n已收到,请提供税号\n', '好的'],
  ['Outlook zh, bold', '好的\n\n*发件人:* Acme\n*发送时间:* 2026年11月21日 15:00\n*收件人:* 张三\n*主题:* Re: 发票\n\n已收到\n', '好的'],
  ['Outlook', 'ok\n\n________________________________\nFrom: Acme <support@acme.test>\nSent: Saturday, November 21, 2026 3:00 PM\nTo: zhang\nSubject: Re: x\n\nold text\n', 'ok'],
  ['Outlook, original message', 'ok\n\n-----Original Message-----\nFrom: Acme\nSent: Saturday\n\nold\n', 'ok'],
  ['QQ', '好的\n\n------------------ 原始邮件 ------------------\n发件人: "Acme 客服" <support@acme.test>;\n发送时间: 2026年11月21日(星期六) 下午3:00\n收件人: "张三"<zhang@example.test>;\n主题: Re: 发票\n\n已收到\n', '好的'],
  ['NetEase', '好的\n\n\n\n在 2026-11-21 15:00:00，"Acme 客服" <support@acme.test> 写道：\n\n已收到\n', '好的'],
  ['NetEase, reply rule', '好的\n\n---- 回复的原邮件 ----\n| 发件人 | Acme |\n| 日期 | 2026年11月21日 |\n\n已收到\n', '好的'],
  ['Foxmail', '好的\n\n\nzhang@example.test\n \n发件人： Acme 客服\n发送时间： 2026-11-21 15:00\n收件人： 张三\n主题： Re: 发票\n已收到\n', '好的'],
  ['iPhone zh', '好的\n\n发自我的iPhone\n\n> 在 2026年11月21日，15:00，Acme 写道：\n> 已收到\n', '好的'],
  ['iPhone', 'Yes\n\nSent from my iPhone\n\n> On Nov 21, 2026, at 15:00, Acme <a@b.c> wrote:\n> \n> old\n', 'Yes'],
  ['phone signature alone', '可以\n\n发自我的华为手机\n', '可以'],
  ['signature', 'Yes please\n\n-- \nAnna Berg\nExample Ltd\n', 'Yes please'],
  ['only marks', 'I agree\n\n> old one\n> old two\n', 'I agree'],
  ['German', 'Danke\n\nAm 21.11.2026 um 15:00 schrieb Acme <support@acme.test>:\n> alt\n', 'Danke'],
  ['French', 'Merci\n\nLe 21 nov. 2026 à 15:00, Acme <support@acme.test> a écrit :\n\n> ancien\n', 'Merci'],
];
const untouched: [string, string, string?][] = [
  ['no quotation', '您好,\n\n请问几点开门?在 2026 年还送货吗?\n\n谢谢'],
  ['answers between', 'see below\n\nOn Sat, Nov 21, 2026 at 3:00 PM Acme <a@b.c> wrote:\n> Q1?\nyes\n> Q2?\nno'],
  ['a forward', 'please look\n\n---------- Forwarded message ---------\nFrom: x\nDate: y\nSubject: z\n\nthe matter', 'Fwd: z'],
  ['a forward zh', '请看\n\n-------- 转发邮件信息 --------\n发件人：x\n发送日期：y\n主题：z\n\n内容', '转发: z'],
  ['only a quotation', '> all of it\n> is quoted'],
  ['a list in the text', 'I need:\n- paper\n-- two boxes\n- ink\nFrom: tomorrow on.'],
  ['words that look alike', 'On Monday I wrote: nothing came.\nFrom: here to there I walked.'],
];

describe('foldQuotes', () => {
  it.each(layouts)('folds %s', (_name, full, words) => {
    const folded = foldQuotes(full);
    expect(folded.text).toBe(words);
    expect(folded.quoted).toMatch(/\S/);
  });
  it.each(untouched)('leaves %s whole', (_name, full, subject) => {
    expect(foldQuotes(full, subject)).toEqual({ text: full });
  });
});
