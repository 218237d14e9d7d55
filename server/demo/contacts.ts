/** Customers of the demo shop: names, addresses and what is known of them. */
import type { Contact } from '../contacts/schema.ts';
import type { Locale } from '../conversations/schema.ts';
import type { Courtesies } from './content/shape.ts';
import type { Chance } from './random.ts';

export type Known = { contact: Contact; locale: Locale; places: Set<string>; addressOn(kind: string): { value: string; stable: boolean } };

/** Somebody new. */
export function makeContact({ chance, locale, words, now, newId }: { chance: Chance; locale: Locale; words: Courtesies; now: Date; newId(at: Date): string }): Known {
  const zh = locale === 'zh-CN';
  const [family, given] = [chance.pick(words.names), chance.pick(words.names)];
  const name = zh ? family.slice(0, 1) + given.slice(1) : `${given.split(' ')[0] ?? given} ${family.split(' ')[1] ?? family}`;
  const createdAt = new Date(now.getTime() - chance.between(0, 200) * 86_400_000 - chance.between(0, 80_000) * 1000);
  const tier = chance.pick(zh ? ['普通会员', '普通会员', '银卡', '金卡'] : ['Member', 'Member', 'Silver', 'Gold']);
  const attributes: Record<string, string> = zh
    ? { 城市: chance.pick(words.cities), 会员等级: tier, 累计订单: String(chance.between(1, 24)) }
    : { City: chance.pick(words.cities), Tier: tier, Orders: String(chance.between(1, 24)) };
  const number = chance.between(1000, 99_999);
  const anonymous = chance.happens(0.4);
  const key = chance.hex();
  return {
    contact: { id: newId(createdAt), name, attributes, createdAt }, locale, places: new Set(),
    addressOn(kind) {
      if (kind === 'email') return { value: zh ? `user${number}.${key.slice(0, 4)}@mail.example` : `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}.${key.slice(0, 4)}@mail.example`, stable: true };
      if (kind === 'webchat') return { value: anonymous ? `visitor-${key}` : `user:${number}-${key.slice(0, 4)}`, stable: !anonymous };
      return { value: `customer-${key}`, stable: true };
    },
  };
}
