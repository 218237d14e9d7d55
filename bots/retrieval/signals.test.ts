import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asksForHuman, chosen, isGreeting, isThanks, needsPeople } from './signals.ts';

describe('a person asked for', () => {
  test.each([
    '转人工', '人工', '人工客服', '我要转人工！', '找真人', '轉人工', '请帮我转接人工', '能不能找个人跟我说', '有真人吗', '我要人工服务', '我不想跟机器人说话',
    '转 人 工', '接人工', '找客服', '客服在吗', '我要和真人聊', '叫你们经理来', '人工智能不行，转人工', 'human please', 'Human, please!', 'agent', 'Representative',
    'I want to talk to a human', 'can I speak with a real person?', 'connect me to an agent', 'transfer me to customer service', 'get me a manager',
    'I need a human', 'let me talk to someone', 'live agent', 'operator', "I'd like to speak to an agent please", 'ｈｕｍａｎ　please', 'stop bot',
    'is there a real person here', 'I need to speak to a manager now', 'just give me a human already', 'hu\u200bman please',
  ])('%s', (text) => expect(asksForHuman(text)).toBe(true));
  test.each([
    '人工智能是什么', '你们的产品用了人工智能吗', '不用转人工', '人工费多少钱', '人工客服几点上班', '转账怎么转', '找回密码', '客服电话多少',
    'how do I become an agent', 'what is artificial intelligence', 'real estate agent fees', 'user agent string', 'human resources email',
    'how do I add an agent to my team', 'what does an agent cost', 'person of the year', "I don't want to talk to a human", 'do you sell to people in Canada',
    'can someone else pick up my parcel', 'is my personal data safe', '',
  ])('not: %s', (text) => expect(asksForHuman(text)).toBe(false));
});

describe('a person asked for in other languages', () => {
  test.each([
    'quiero hablar con una persona', 'un agente por favor', 'je veux parler à un conseiller', 'un humain svp', 'ich möchte mit einem Menschen sprechen', 'Mitarbeiter bitte', 'quero falar com um atendente', 'atendente', 'vorrei parlare con un operatore',
    'ik wil een medewerker spreken', 'соедините с оператором', 'хочу поговорить с человеком', 'оператор', 'オペレーターにつないでください', '人間と話したい', '担当者をお願いします', '상담원 연결해 주세요', '사람이랑 이야기하고 싶어요',
    'أريد التحدث مع موظف', 'شخص حقيقي', 'müşteri temsilcisi ile görüşmek istiyorum', 'temsilciye bağla', 'tôi muốn gặp nhân viên', 'saya mau bicara dengan manusia', 'ขอคุยกับเจ้าหน้าที่', 'मुझे इंसान से बात करनी है', 'chcę rozmawiać z konsultantem',
  ])('%s', (text) => expect(asksForHuman(text)).toBe(true));
  test.each([
    '¿cuánto cuesta por persona?', 'una mesa para dos personas', 'quiero ser agente', 'no quiero hablar con una persona', 'combien par personne', 'comment devenir agent', 'wie viel kostet es pro Person', 'ich will Mitarbeiter werden', 'quanto custa por pessoa',
    'quanto costa per persona', 'сколько стоит на человека', 'как стать оператором', '人間ドックの予約', '一人前はいくらですか', '사람이 몇 명까지 가능한가요', 'كم السعر للشخص', 'kaç kişi kullanabilir', 'giá cho một người', 'berapa harga per orang', 'ราคาต่อคนเท่าไหร่', 'एक व्यक्ति का किराया', 'ile kosztuje za osobę', 'wo ist mein Paket', 'où est ma commande', 'dónde está mi pedido',
  ])('not: %s', (text) => expect(asksForHuman(text)).toBe(false));
});

test.each(['我要投诉你们', '已经报警了', '你们是骗子', 'I will sue you', 'This is a SCAM', 'I dispute this charge', 'my lawyer will call'])('for people to decide: %s', (text) =>
  expect(needsPeople(text)).toBe(true));
test.each(['tennis court booking', '怎么退款', 'how do I pay', 'policy'])('not for people to decide: %s', (text) => expect(needsPeople(text)).toBe(false));

test('greetings and thanks are so only when nothing else is said', () => {
  for (const text of ['你好', 'Hello!', '在吗？', 'Good morning', '嗨～', 'Hi there']) expect([text, isGreeting(text)]).toEqual([text, true]);
  for (const text of ['谢谢', 'Thanks!', 'thank you so much', '好的谢谢', 'ok', 'bye', '谢谢你']) expect([text, isThanks(text)]).toEqual([text, true]);
  for (const text of ['hello how do I pay', '你好怎么退款', 'thanks how do I pay']) expect([text, isGreeting(text) || isThanks(text)]).toEqual([text, false]);
});

test('a choice is told by its place', () => {
  expect(['1', '第二个', 'the third one', 'second', '3.', '都不是', 'none of them', '12', '一个订单'].map(chosen)).toEqual([0, 1, 2, 1, 2, -1, -1, undefined, undefined]);
});

test('no text is too strange, and a long one is read in no time', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
    for (const read of [asksForHuman, needsPeople, isGreeting, isThanks]) expect(typeof read(text)).toBe('boolean');
  }));
  for (const text of ['a '.repeat(100_000), '转'.repeat(200_000), 'talk to '.repeat(20_000), 'thank you '.repeat(20_000), 'the a an '.repeat(20_000), '客服'.repeat(50_000)]) {
    const start = performance.now();
    for (const read of [asksForHuman, needsPeople, isGreeting, isThanks]) read(text);
    expect(performance.now() - start).toBeLessThan(500);
  }
});
