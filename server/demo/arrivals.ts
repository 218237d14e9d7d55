/** Who comes into the shop: strangers, and customers of the past who are back. */
import type { Channel } from '../channels/schema.ts';
import type { Locale } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { placeOn, type Who } from './addresses.ts';
import { followUps } from './content/channels.ts';
import { scripts, type Script } from './content/scripts.ts';
import { courtesiesEn } from './content/topics-en.ts';
import { courtesiesZh } from './content/topics-zh.ts';
import type { Received } from './schema.ts';
import type { Stage } from './stage.ts';
import { wantsPeople, type Customer } from './visit.ts';

/** So many are known on one simulated channel; then nobody new comes, and the shop does not grow over days. */
const mostKnown = 60;
/** Of its visits, so many are of somebody known. WeChat names nobody to an official account: a stranger is a row of letters there. */
const shareKnown = (kind: string) => (kind === 'wechat-official' ? 0.95 : 0.5);
const words = { 'zh-CN': courtesiesZh, en: courtesiesEn };

/** @param pick one of these, by chance */
export function arrivals(hub: Hub, stage: Stage, pick: <T>(from: readonly T[]) => T | undefined) {
  const localeIn = (text: string): Locale => (/\p{Script=Han}/u.test(text) ? 'zh-CN' : 'en');
  const begin = (customer: Pick<Customer, 'channel' | 'key' | 'name' | 'locale' | 'script' | 'guest'>): Customer =>
    ({ ...customer, said: 0, next: 0, toPeople: 0, asked: false, thanked: false, shown: false, heard: 'bot', lastSaidAt: 0, unread: [], spoken: [] });
  /** To a matter that is with people: a word or two more. */
  const follow = (locale: Locale, first: string | undefined): Script => ({ lines: [], toPeople: [first, pick(followUps[locale])].filter(line => line !== undefined), thanks: pick(words[locale].thanks) ?? '' });
  const scriptFor = (locale: Locale, withoutPeople: boolean) => pick(scripts[locale].filter(one => !withoutPeople || !wantsPeople(one)));

  async function known(channel: Channel, withoutPeople: boolean): Promise<Customer | null> {
    const visitor = pick(stage.visitors(channel.id));
    const head = visitor && await hub.heads.get(visitor.conversationId);
    if (!visitor || !head) return null;
    const { conversationId: _conversation, ...guest } = visitor;
    const { locale } = head;
    const isWithPeople = head.status !== 'resolved' && head.handler !== 'bot';
    if (isWithPeople && withoutPeople) return null;
    const script = isWithPeople ? follow(locale, pick([...words[locale].waiting, ...words[locale].again])) : scriptFor(locale, withoutPeople);
    if (!script) return null;
    return { ...begin({ channel, key: guest.address, name: guest.name, locale, script, guest }), heard: isWithPeople ? 'agent' : 'bot' };
  }

  function stranger(channel: Channel, withoutPeople: boolean): Customer | null {
    // A text message or a chat with WhatsApp is in English here, but for some.
    const locale = channel.kind === 'whatsapp-cloud' && hub.random() < 0.25 ? 'zh-CN' : localeIn(channel.name);
    const script = scriptFor(locale, withoutPeople);
    const name = pick(words[locale].names);
    if (!script || !name) return null;
    const key = Math.floor(hub.random() * 2 ** 48).toString(16).padStart(12, '0');
    if (!stage.plays(channel.id)) return begin({ channel, key: `visitor-${key}`, name, locale, script });
    const who: Who = { name, number: 2000 + Math.floor(hub.random() * 1900), key, anonymous: hub.random() < 0.4, isChinese: locale === 'zh-CN' };
    const { address, also } = placeOn(channel.kind, who);
    const said = (kind: string) => also.find(one => one.kind === kind)?.value;
    const [phone, unionid] = [said('phone'), said('unionid')];
    return begin({ channel, key: address, name, locale, script, guest: { address, name, ...(phone ? { phone } : {}), ...(unionid ? { unionid } : {}) } });
  }

  return {
    /** Somebody comes in, by one of the demo's channels; null: nobody this time. @param withoutPeople somebody whom the bot can serve */
    async arrive(withoutPeople: boolean): Promise<Customer | null> {
      const { demo } = hub.store;
      const onStage = new Set(await demo.tagged('simulated'));
      const open = (await demo.tagged('channels')).flatMap(id => hub.channels.get(id)?.channel ?? []).filter(({ id }) => !onStage.has(id) || stage.plays(id));
      const channel = pick(open);
      if (!channel) return null;
      const those = stage.visitors(channel.id).length;
      const isKnown = those > mostKnown || (those > 0 && hub.random() < shareKnown(channel.kind));
      // Not everybody of the past can be back just now.
      for (let tries = 0; isKnown && tries < 10; tries++) {
        const back = await known(channel, withoutPeople);
        if (back) return back;
      }
      if (isKnown) return null;
      const customer = stranger(channel, withoutPeople);
      if (!customer || customer.guest) return customer;
      // Tagged before the first word: whatever comes of it belongs to the demo.
      const kind = hub.channels.manifest(channel.kind).identity ?? `${channel.kind}:${channel.id}`;
      await demo.tag('visitors', [`${kind}|${customer.key}`]);
      return customer;
    },

    /** Somebody of the past got an answer of ours. */
    answered(channelId: string, received: Received): Customer | null {
      const channel = hub.channels.get(channelId)?.channel;
      const visitor = stage.visitors(channelId).find(({ address }) => address === received.address);
      if (!channel || !visitor) return null;
      const { conversationId: _conversation, ...guest } = visitor;
      const locale = localeIn(received.text) === 'zh-CN' || localeIn(visitor.name) === 'zh-CN' ? 'zh-CN' : 'en';
      return { ...begin({ channel, key: guest.address, name: guest.name, locale, script: follow(locale, undefined), guest }), heard: 'agent', received, lastSaidAt: hub.now().getTime() };
    },
  };
}
