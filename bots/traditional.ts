/** Chinese is written in two ways; who writes the traditional one is answered in it. */
import type { Reply, Turn } from './bot.ts';

// Frequent in service texts, and written differently in the two: enough to tell, without a dictionary.
const traditional = [...'們個來說時對沒還會為後過麼問嗎請謝訂單貨發運費錢買賣開關點變應該從樣讓給網號碼帳戶電話機價質壞換維導購無門員專業務處理經驗證實際報銷積優惠幾這裡聽見體驗學習'];
const simplified = [...'们个来说时对没还会为后过么问吗请谢订单货发运费钱买卖开关点变应该从样让给网号码帐户电话机价质坏换维导购无门员专业务处理经验证实际报销积优惠几这里听见体验学习'];
/** A character that both write alike is no sign. */
const signs = new Map([...traditional.filter((letter) => !simplified.includes(letter)).map((letter) => [letter, 1] as const), ...simplified.filter((letter) => !traditional.includes(letter)).map((letter) => [letter, -1] as const)]);

/** Above 0: traditional characters; below: simplified ones; 0: both would write it so. */
function balanceOf(text: string): number {
  let balance = 0;
  for (const letter of text.slice(0, 4_000)) balance += signs.get(letter) ?? 0;
  return balance;
}

/** Whether a text is in traditional characters rather than simplified ones. */
export const writesTraditional = (text: string): boolean => balanceOf(text) > 0;

/** Whether a customer is to be answered in traditional characters: by the last words that tell. '好的', a number or a face are written alike, and change nothing. */
export function readsTraditional(turns: Turn[]): boolean {
  for (const { from, text } of turns.toReversed()) {
    const balance = from === 'contact' ? balanceOf(text) : 0;
    if (balance !== 0) return balance > 0;
  }
  return false;
}

let loading: Promise<(text: string) => string> | undefined;
/** The dictionary takes a third of a second and 40 MB: only a hub with such customers loads it. */
const converter = () => loading ??= import('opencc-js/cn2t').then(({ Converter }) => Converter({ from: 'cn', to: 'tw' }));

/** The reply in traditional characters; addresses and everything that is not Chinese stay as they are. */
export async function inTraditional(reply: Reply): Promise<Reply> {
  const convert = await converter();
  return {
    ...reply, text: convert(reply.text), sources: reply.sources.map((source) => ({ ...source, title: convert(source.title) })),
    ...(reply.choices ? { choices: reply.choices.map(convert) } : {}),
  };
}
