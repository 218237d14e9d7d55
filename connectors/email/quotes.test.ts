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
  ['QQ, English', 'ok\n\n------------------ Original ------------------\nFrom: "Acme" <support@acme.test>;\nDate: Sat, Nov 21, 2026 03:00 PM\nTo: "zhang"<zhang@example.test>;\nSubject: Re: x\n\nold\n', 'ok'],
  ['QQ on a phone', '好的\n\n发自我的iPhone\n\n\n------------------ 原始邮件 ------------------\n发件人: Acme <support@acme.test>\n发送时间: 2026年11月21日 15:00\n收件人: 张三 <zhang@example.test>\n主题: 回复：发票\n\n已收到\n', '好的'],
  ['NetEase on a phone', '好的\n\n\n签名由 网易邮箱大师 定制\n\n在2026年11月21日 15:00，Acme客服<support@acme.test> 写道：\n已收到\n', '好的'],
  ['NetEase, 126, from', '收到\n\n\n\n\n\n在 2026-11-21 15:00:00，support@acme.test 写道：\n\n已收到\n', '收到'],
  ['Foxmail, English', 'ok\n\n\n\nzhang@example.test\n \nFrom: Acme\nDate: 2026-11-21 15:00\nTo: zhang\nSubject: Re: x\nold\n', 'ok'],
  ['DingTalk', '好的\n\n------------------------------------------------------------------\n发件人：Acme 客服 <support@acme.test>\n发送时间：2026年11月21日(星期六) 15:00\n收件人：张三 <zhang@example.test>\n主　题：Re:发票\n\n已收到\n', '好的'],
  ['DingTalk, English', 'ok\n\n------------------------------------------------------------------\nFrom:Acme <support@acme.test>\nSend Time:2026 Nov. 21 (Sat.) 15:00\nTo:zhang <zhang@example.test>\nSubject:Re: x\n\nold\n', 'ok'],
  ['Lark zh', '好的\n\n发件人: "Acme 客服"<support@acme.test>\n日期: 2026年11月21日 (周六) 15:00\n主题: Re: 发票\n收件人: "张三"<zhang@example.test>\n\n已收到\n', '好的'],
  ['Lark', 'ok\n\nFrom: "Acme"<support@acme.test>\nDate: Sat, Nov 21, 2026, 15:00\nSubject: Re: x\nTo: "zhang"<zhang@example.test>\n\nold\n', 'ok'],
  ['Thunderbird', 'ok\n\nOn 21/11/2026 15:00, Acme wrote:\n> old\n> words\n', 'ok'],
  ['Thunderbird, below', 'On 21/11/2026 15:00, Acme wrote:\n> old\n> words\n\nThat is fine.\nThank you.\n', 'That is fine.\nThank you.'],
  ['Thunderbird zh, below', '在 2026/11/21 15:00, Acme 客服 写道:\n> 已收到\n>\n> 请提供税号\n\n税号是 9131。\n\n-- \n陈七\n', '税号是 9131。'],
  ['marks only, below', '> old\n> words\n\nfine\n', 'fine'],
  ['Yahoo', 'ok\n\n    On Saturday, November 21, 2026 at 03:00:00 PM GMT+8, Acme <support@acme.test> wrote:  \n \n old words\n', 'ok'],
  ['Yahoo on a phone', 'ok\n\nSent from Yahoo Mail on Android\n\nOn Sat, Nov 21, 2026 at 3:00 PM, Acme <support@acme.test> wrote:\nold words\n', 'ok'],
  ['Yahoo zh-TW', '好\n\n    Acme <support@acme.test> 在 2026年11月21日 週六 下午03:00 寫道：\n\n 已收到\n', '好'],
  ['Outlook on a phone', 'ok\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: Acme <support@acme.test>\nSent: Saturday, November 21, 2026 3:00:00 PM\nTo: zhang\nSubject: Re: x\n\nold\n', 'ok'],
  ['Outlook zh on a phone', '好的\n\n获取 Outlook for Android<https://aka.ms/x>\n________________________________\n发件人: Acme <support@acme.test>\n发送时间: 星期六, 十一月 21, 2026 3:00:00 下午\n收件人: 张三\n主题: Re: x\n\n已收到\n', '好的'],
  ['Outlook zh-TW', '好\n\n寄件者: Acme <support@acme.test>\n寄件日期: 2026年11月21日 15:00\n收件者: 張三\n主旨: Re: x\n\n已收到\n', '好'],
  ['Windows Mail zh', '好的\n\n从 Windows 版邮件发送\n\n发件人: Acme\n发送时间: 2026年11月21日 15:00\n收件人: 张三\n主题: x\n\n已收到\n', '好的'],
  ['Galaxy', 'Yes\n\nSent from my Galaxy\n\n-------- Original message --------\nFrom: Acme <support@acme.test>\nDate: 21/11/2026 15:00 (GMT+08:00)\nTo: zhang\nSubject: x\n\nold\n', 'Yes'],
  ['Xiaomi', '可以的\n\n发自我的小米手机\n在 Acme <support@acme.test>，2026年11月21日 15:00写道：\n\n> 已收到\n', '可以的'],
  ['Proton', 'ok\n\nSent with Proton Mail secure email.\n\nOn Saturday, 21 November 2026 at 15:00, Acme <support@acme.test> wrote:\n\n> old\n', 'ok'],
  ['German', 'Danke\n\nAm 21.11.2026 um 15:00 schrieb Acme <support@acme.test>:\n> alt\n', 'Danke'],
  ['German, name first', 'Danke\n\nAcme Kundendienst <support@acme.test> schrieb am Sa., 21. Nov. 2026,\n15:00:\n\n> alt\n', 'Danke'],
  ['German, Outlook', 'Danke\n\nVon: Acme <support@acme.test>\nGesendet: Samstag, 21. November 2026 15:00\nAn: Anna\nBetreff: Re: x\n\nalt\n', 'Danke'],
  ['French, Outlook', 'Merci\n\nDe : Acme <support@acme.test>\nEnvoyé : samedi 21 novembre 2026 15:00\nÀ : Anna\nObjet : Re: x\n\nancien\n', 'Merci'],
  ['Spanish', 'Gracias\n\nEl sáb, 21 nov 2026 a las 15:00, Acme (<support@acme.test>) escribió:\n\n> viejo\n', 'Gracias'],
  ['Spanish, original message', 'Gracias\n\n-----Mensaje original-----\nDe: Acme\nEnviado: sábado\n\nviejo\n', 'Gracias'],
  ['Italian, Outlook', 'Grazie\n\nDa: Acme\nInviato: sabato 21 novembre 2026 15:00\nA: Anna\nOggetto: Re: x\n\nvecchio\n', 'Grazie'],
  ['Portuguese', 'Obrigada\n\nEm 21 de nov. de 2026 15:00, Acme <support@acme.test> escreveu:\n\nvelho\n', 'Obrigada'],
  ['Dutch', 'Dank\n\nOp za 21 nov. 2026 15:00 schreef Acme <support@acme.test> het\nvolgende:\n\n> oud\n', 'Dank'],
  ['Swedish, Outlook', 'Tack\n\nFrån: Acme\nSkickat: den 21 november 2026 15:00\nTill: Anna\nÄmne: Re: x\n\ngammalt\n', 'Tack'],
  ['Russian', 'Спасибо\n\n21 нояб. 2026 г. 15:00 пользователь "Acme" <support@acme.test>\nнаписал:\n\nстарое\n', 'Спасибо'],
  ['Japanese, Outlook', '了解です\n\n差出人: Acme\n送信日時: 2026年11月21日 15:00\n宛先: 山田\n件名: Re: x\n\n前の内容\n', '了解です'],
  ['date first', 'ok\n\n2026-11-21 15:00 GMT+01:00 Acme Support With A Long Name <\nsupport@acme.test>:\n\n> old\n', 'ok'],
  ['Zoho', 'ok\n\n---- On Sat, 21 Nov 2026 15:00:00 +0530 Acme <support@acme.test> wrote ----\n\nold\n', 'ok'],
  ['French, phone', 'Oui\n\nEnvoyé de mon iPhone\n', 'Oui'],
  ['French', 'Merci\n\nLe 21 nov. 2026 à 15:00, Acme <support@acme.test> a écrit :\n\n> ancien\n', 'Merci'],
];
const untouched: [string, string, string?][] = [
  ['no quotation', '您好,\n\n请问几点开门?在 2026 年还送货吗?\n\n谢谢'],
  ['answers between', 'see below\n\nOn Sat, Nov 21, 2026 at 3:00 PM Acme <a@b.c> wrote:\n> Q1?\nyes\n> Q2?\nno'],
  ['a forward', 'please look\n\n---------- Forwarded message ---------\nFrom: x\nDate: y\nSubject: z\n\nthe matter', 'Fwd: z'],
  ['a forward zh', '请看\n\n-------- 转发邮件信息 --------\n发件人：x\n发送日期：y\n主题：z\n\n内容', '转发: z'],
  ['a forward under another subject', 'FYI\n\n---------- Forwarded message ---------\nFrom: bob@c.test\nDate: x\nSubject: y\nTo: z\n\nthe matter'],
  ['a question that begins like a signature', '您好\n我的订单什么时候发送？'], ['a sentence that begins like a signature', '您好\n来自我的朋友的推荐，我想了解价格'], ['a device in a question', '您好\n从iPhone上怎么发送文件？'],
  ['a parcel that was sent', 'Hi\nSent with DHL on Monday, tracking 123.'], ['a desk that is no device', 'Hi\nSent from my desk, it is easier here.'],
  ['a greeting and a name', 'ok\n\nBest regards\nAnna Berg\n+49 30 1234'], ['a time at which somebody wrote', 'Hello\n\nI wrote at 15:00 the following:\nplease cancel my order\nThanks'],
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
  it.each([
    ['empty lines', `hello${'\n'.repeat(19_000)}x`], ['blanks and lines', `hello${' \n'.repeat(9_000)}x`], ['many runs of empty lines', `hello${`${'\n'.repeat(39)}x`.repeat(490)}`], ['wide empty lines', `hello${`${' '.repeat(61)}\n`.repeat(320)}x`],
    ['rules', `hello\n${`${'-'.repeat(500)}\n`.repeat(390)}`],
  ])('is through at once with a mail of %s', (_name, full) => {
    const began = performance.now();
    expect(foldQuotes(full).text).toContain('hello');
    expect(performance.now() - began).toBeLessThan(1_500);
  });
  it.each(untouched)('leaves %s whole', (_name, full, subject) => {
    expect(foldQuotes(full, subject)).toEqual({ text: full });
  });
});
