/** Customers of the demo shop: names, addresses and what is known of them. */
import type { Contact } from '../contacts/schema.ts';
import type { Locale } from '../conversations/schema.ts';
import { placeOn, type Place } from './addresses.ts';
import type { Courtesies } from './content/shape.ts';
import type { Chance } from './random.ts';

export type Known = { contact: Contact; locale: Locale; places: Set<string>; addressOn(kind: string, account?: string): Place };

/** Somebody new. @param number nobody else's */
export function makeContact({ chance, locale, words, now, number, newId }: { chance: Chance; locale: Locale; words: Courtesies; now: Date; number: number; newId(at: Date): string }): Known {
  const zh = locale === 'zh-CN';
  const [family, given] = [chance.pick(words.names), chance.pick(words.names)];
  const name = zh ? family.slice(0, 1) + given.slice(1) : `${given.split(' ')[0] ?? given} ${family.split(' ')[1] ?? family}`;
  const createdAt = new Date(now.getTime() - chance.between(0, 200) * 86_400_000 - chance.between(0, 80_000) * 1000);
  const tier = chance.pick(zh ? ['普通会员', '普通会员', '银卡', '金卡'] : ['Member', 'Member', 'Silver', 'Gold']);
  const attributes: Record<string, string> = zh
    ? { 城市: chance.pick(words.cities), 会员等级: tier, 累计订单: String(chance.between(1, 24)) }
    : { City: chance.pick(words.cities), Tier: tier, Orders: String(chance.between(1, 24)) };
  const who = { name, number, key: chance.hex(), anonymous: chance.happens(0.4), isChinese: zh };
  return {
    contact: { id: newId(createdAt), name, attributes, createdAt }, locale, places: new Set(),
    addressOn: (kind, account) => placeOn(kind, who, account),
  };
}
