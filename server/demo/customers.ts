/** Scripted customers: while the demo is on, one of them acts every few seconds, through the same inbox as everybody. */
import { randomUUID } from 'node:crypto';
import type { Locale } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { courtesiesEn } from './content/topics-en.ts';
import { courtesiesZh } from './content/topics-zh.ts';
import { scripts } from './content/scripts.ts';
import { letGo } from './let-go.ts';
import { hear, message, nextLine, wantsPeople, type Customer } from './visit.ts';

/** How lively it is. */
export type Pace = {
  /** Between two acts of all customers together. */
  beatMs: [number, number];
  typingMs: [number, number];
  /** At once in the shop. */
  most: number;
  /** Of them, at most so many who will want a person: the others keep the shop lively when nobody is there to answer. */
  mostForPeople: number;
  /** Who waits so long without a word from us leaves. */
  patienceMs: number;
};
const calm: Pace = { beatMs: [4_000, 9_000], typingMs: [1_000, 2_500], most: 5, mostForPeople: 3, patienceMs: 15 * 60_000 };
/** So soon it is noticed that the demo began or ends. */
const lookMs = 1_000;
/** How often a server says that it plays the demo; much more often than removeDemo() loses patience. */
const sayMs = 3_000;

/** Scripted customers of the demo; nobody comes when there is no demo. `stop` waits for nobody: an act under way ends by itself. */
export function startCustomers(hub: Hub, pace: Pace = calm): { stop(): void } {
  const present = new Map<string, Customer>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let nextAt = 0;
  let going: string[] = [];
  let saidAt = 0;
  const player = randomUUID();
  const between = ([low, high]: [number, number]) => low + hub.random() * (high - low);
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(hub.random() * from.length)];

  const off = hub.events.on('appended', ({ entry, head }) => {
    const customer = present.get(`${head.thread.channelId}:${head.thread.key}`);
    if (customer) hear(customer, entry, head);
  });

  async function beat(): Promise<void> {
    const { demo } = hub.store;
    if (await demo.phase() === 'on' && Date.now() - saidAt > sayMs) {
      saidAt = Date.now();
      await demo.playing(player);
    }
    // Read again: whoever ends the demo from now on sees us and waits.
    const phase = await demo.phase();
    if (phase !== 'on') {
      present.clear();
      // It was on while we looked: what this process holds of it must go too, or the next word would bring it back.
      if (saidAt > 0 && phase === 'ending') {
        going = await letGo(hub);
        await demo.letGo(player);
        saidAt = 0;
      }
      if (phase === 'off') for (const id of going.splice(0)) hub.heads.forget(id);
      return;
    }
    if (hub.now().getTime() < nextAt) return;
    nextAt = hub.now().getTime() + between(pace.beatMs);
    const ready = [...present.values()].filter(customer => mayAct(customer));
    const someone = pick(ready);
    if (someone && (present.size >= pace.most || hub.random() < 0.75)) await act(someone);
    else if (present.size < pace.most) await arrive();
  }

  async function arrive(): Promise<void> {
    const open = (await hub.store.demo.tagged('channels')).flatMap(id => hub.channels.get(id)?.channel ?? []);
    const channel = pick(open);
    if (!channel) return;
    const locale: Locale = /\p{Script=Han}/u.test(channel.name) ? 'zh-CN' : 'en';
    const many = [...present.values()].filter(customer => wantsPeople(customer.script)).length >= pace.mostForPeople;
    const script = pick(scripts[locale].filter(one => !many || !wantsPeople(one)));
    const name = pick((locale === 'en' ? courtesiesEn : courtesiesZh).names);
    if (!script || !name) return;
    const key = `visitor-${Math.floor(hub.random() * 2 ** 48).toString(16).padStart(12, '0')}`;
    const customer: Customer = { channel, key, name, locale, script, said: 0, next: 0, toPeople: 0, asked: false, thanked: false, heard: 'bot', lastSaidAt: 0, unread: [] };
    // Tagged before the first word: whatever comes of it belongs to the demo.
    const kind = hub.channels.manifest(channel.kind).identity ?? `${channel.kind}:${channel.id}`;
    await hub.store.demo.tag('visitors', [`${kind}|${key}`]);
    present.set(`${channel.id}:${key}`, customer);
    await act(customer);
  }

  const mayAct = (customer: Customer) => customer.heard !== 'nothing' || hub.now().getTime() - customer.lastSaidAt > pace.patienceMs;

  /** The next thing this customer would do. */
  async function act(customer: Customer): Promise<void> {
    const inbox = hub.channels.get(customer.channel.id)?.inbox;
    if (!inbox) { leave(customer); return; }
    for (const externalId of customer.unread.splice(0)) await inbox.receipt({ externalId, state: 'read' });
    const text = nextLine(customer);
    if (text === null) {
      leave(customer);
      await inbox.end?.(customer.key);
      return;
    }
    inbox.typing(customer.key, true);
    await pause(between(pace.typingMs));
    inbox.typing(customer.key, false);
    if (stopped || await hub.store.demo.phase() !== 'on') return;
    customer.heard = 'nothing';
    customer.lastSaidAt = hub.now().getTime();
    await inbox.receive(message(customer, text));
  }

  const leave = (customer: Customer) => { present.delete(`${customer.channel.id}:${customer.key}`); };

  let wake: (() => void) | undefined;
  const pause = (ms: number) => new Promise<void>((done) => {
    const sleeping = setTimeout(done, ms);
    wake = () => { clearTimeout(sleeping); done(); };
  });

  const schedule = () => {
    if (stopped) return;
    timer = setTimeout(() => {
      void beat().catch((error: unknown) => hub.log.warn({ err: error }, 'a scripted customer stumbled')).finally(schedule);
    }, Math.min(lookMs, pace.beatMs[0]));
  };
  schedule();
  return {
    stop() {
      stopped = true;
      if (saidAt > 0) void hub.store.demo.letGo(player).catch(() => undefined);
      clearTimeout(timer);
      wake?.();
      off();
    },
  };
}
