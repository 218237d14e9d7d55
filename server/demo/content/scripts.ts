/** What the scripted customers of the demo say, line by line; they wait for an answer after each. */
import type { Locale } from '../../conversations/schema.ts';

/** `lines` are for the bot or whoever answers; `toPeople` once a person has answered. A customer without `person` never asks for one. */
export type Script = { lines: string[]; person?: string; toPeople: string[]; thanks: string; /** Shows a picture with the first words to a person. */ photo?: true };

/** A few visits a day of the shop, over and over. */
export const scripts: Record<Locale, Script[]> = {
  'zh-CN': [
    { lines: ['下单后多久能到货？', '怎么查看物流进度？'], toPeople: [], thanks: '明白了，谢谢' },
    { lines: ['怎么开发票？', '可以开增值税专用发票吗？'], person: '资料提交后一直没有审核，转人工', toPeople: ['公司名是杭州云栖设计有限公司', '好的，我等您消息'], thanks: '谢谢' },
    { lines: ['你好', '收到的商品破损怎么办？'], person: '我要人工客服', toPeople: ['墨水漏了，盒子都湿了', '可以，那就补发吧'], thanks: '处理得很快，谢谢', photo: true },
    { lines: ['退款多久到账？'], person: '已经超过时间了，转人工', toPeople: ['订单号 ZH208841', '好，收到了告诉您'], thanks: '多谢' },
    { lines: ['亚麻围裙怎么选尺码？', '可以换货吗？'], toPeople: [], thanks: '好的谢谢' },
    { lines: ['优惠券为什么用不了？'], person: '人工', toPeople: ['满 200 减 30 那张', '可以了'], thanks: '谢谢，解决了' },
    { lines: ['钢笔保修多久？', '可以刻字吗？'], toPeople: [], thanks: '谢谢' },
    { lines: ['你们有没有线下实体店可以试写？'], toPeople: ['在杭州有吗', '好的，周末过去看看'], thanks: '谢谢啦' },
    { lines: ['收不到短信验证码怎么办？'], person: '还是收不到，转人工', toPeople: ['尾号 6612', '可以登录了'], thanks: '谢谢' },
    { lines: ['我要投诉，等了一周没人处理'], toPeople: ['订单 ZH553190，退货退款', '好，等你们的结果'], thanks: '谢谢' },
  ],
  en: [
    { lines: ['How long does delivery take?', 'How do I track my parcel?'], toPeople: [], thanks: 'great, thanks' },
    { lines: ['How do I return something?'], person: 'The return button is greyed out. Can I talk to a person?', toPeople: ['Order PC448120', 'That worked'], thanks: 'Thank you!' },
    { lines: ['Hi', 'My item arrived damaged'], person: 'human please', toPeople: ['The ink leaked, the whole box is wet', 'A new one would be great'], thanks: 'thanks, that was easy', photo: true },
    { lines: ['When do I get my refund?'], person: 'It has been three weeks, I want to speak to an agent', toPeople: ['PC310077', 'ok, I will check on Friday'], thanks: 'Thanks' },
    { lines: ['Which apron size should I take?', 'Can I exchange an item?'], toPeople: [], thanks: 'perfect, thanks' },
    { lines: ['Can I use the ink in a fountain pen?', 'How long is the pen under warranty?'], toPeople: [], thanks: 'Thank you' },
    { lines: ['Do you have a shop in Dublin where I can try the pens?'], toPeople: ['Saturday would be fine', 'See you then'], thanks: 'Thanks a lot' },
    { lines: ['Do you give discounts for large orders?'], person: 'I need a formal quote, real person please', toPeople: ['120 notebooks with our logo', 'By Friday please'], thanks: 'Thank you' },
    { lines: ['I forgot my password'], person: 'The link says expired, human please', toPeople: ['The address is the one I write from', 'I am in, thanks'], thanks: 'Cheers' },
    { lines: ['I want to make a complaint'], toPeople: ['Order PC992014, three weeks and no parcel', 'Fair enough'], thanks: 'Thanks for looking into it' },
  ],
};
