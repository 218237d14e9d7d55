/**
 * Scripted customers: while the demo is on, one of them acts every few seconds. On simulated platforms they write there and hear there;
 * where the hub itself is the platform (web chat, an app by API), through the same inbox as everybody.
 */
import { randomUUID } from 'node:crypto';
import type { Hub } from '../hub.ts';
import { arrivals } from './arrivals.ts';
import { actsFor } from './gestures.ts';
import { letGo } from './let-go.ts';
import type { Stage } from './stage.ts';
import { hear, message, nextLine, see, wantsPeople, type Customer } from './visit.ts';

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
const calm: Pace = { beatMs: [4_000, 9_000], typingMs: [1_000, 2_500], most: 6, mostForPeople: 3, patienceMs: 15 * 60_000 };
/** So soon it is noticed that the demo began or ends. */
const lookMs = 1_000;
/** How often a server says that it plays the demo; much more often than removeDemo() loses patience. */
const sayMs = 3_000;
/** Longer than counters of channels wait to be written. */
const settleMs = 2_500;

/** Scripted customers of the demo; nobody comes when there is no demo. `stop` ends the simulated platforms; an act under way ends by itself. */
export function startCustomers(hub: Hub, stage: Stage, pace: Pace = calm): { stop(): Promise<void> } {
  const present = new Map<string, Customer>();
  const player = randomUUID();
  const between = ([low, high]: [number, number]) => low + hub.random() * (high - low);
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(hub.random() * from.length)];
  const { arrive: newcomer, answered } = arrivals(hub, stage, pick);
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let nextAt = 0;
  let going: string[] = [];
  let saidAt = 0;

  const off = hub.events.on('appended', ({ entry, head }) => {
    const thread = entry.thread ?? head.thread;
    const customer = present.get(`${thread.channelId}:${thread.address ?? thread.key}`) ?? present.get(`${thread.channelId}:${thread.key}`);
    if (!customer) return;
    if (customer.guest && entry.actor.kind === 'contact') stage.know(thread.channelId, { ...customer.guest, conversationId: head.id });
    hear(customer, entry, head);
  });
  stage.onReceived((channelId, received) => {
    const name = `${channelId}:${received.address}`;
    const known = present.get(name);
    if (known) return see(known, received);
    // A person of ours answers somebody of the past: they look up, and have something to say.
    const again = answered(channelId, received);
    if (again) present.set(name, again);
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
        await stage.lower();
        // What came in at the last moment is being stored, and counted: that goes with the rest.
        await pause(settleMs);
        going = await letGo(hub);
        await demo.letGo(player);
        saidAt = 0;
      }
      // Removed before we had said a word: the program was there already.
      if (phase === 'off') await stage.lower();
      if (phase === 'off') for (const id of going.splice(0)) hub.heads.forget(id);
      return;
    }
    await stage.raise();
    if (hub.now().getTime() < nextAt) return;
    nextAt = hub.now().getTime() + between(pace.beatMs);
    const ready = [...present.values()].filter(customer => mayAct(customer));
    // Who sits at the desk and wrote to somebody wants to see what comes of it.
    const someone = pick(ready.filter(customer => customer.heard === 'agent')) ?? pick(ready);
    if (someone && (present.size >= pace.most || hub.random() < 0.75)) await act(someone);
    else if (present.size < pace.most) await arrive();
  }

  async function arrive(): Promise<void> {
    const many = [...present.values()].filter(customer => wantsPeople(customer.script)).length >= pace.mostForPeople;
    const customer = await newcomer(many);
    if (!customer || present.has(nameOf(customer))) return;
    present.set(nameOf(customer), customer);
    await act(customer);
  }

  const nameOf = ({ channel, key }: Customer) => `${channel.id}:${key}`;
  const mayAct = (customer: Customer) => customer.heard !== 'nothing' || hub.now().getTime() - customer.lastSaidAt > pace.patienceMs;

  /** The next thing this customer would do. */
  async function act(customer: Customer): Promise<void> {
    const inbox = hub.channels.get(customer.channel.id)?.inbox;
    if (!inbox || (customer.guest && !stage.plays(customer.channel.id))) { leave(customer); return; }
    for (const externalId of customer.unread.splice(0)) await inbox.receipt({ externalId, state: 'read' });
    const text = nextLine(customer);
    if (text === null) {
      leave(customer);
      // Only in a web chat or an app a visit has an end.
      if (!customer.guest) await inbox.end?.(customer.key);
      return;
    }
    if (customer.guest) return write(customer, customer.guest, text);
    inbox.typing(customer.key, true);
    await pause(between(pace.typingMs));
    inbox.typing(customer.key, false);
    if (stopped || await hub.store.demo.phase() !== 'on') return;
    said(customer);
    await inbox.receive(message(customer, text));
  }

  async function write(customer: Customer, guest: NonNullable<Customer['guest']>, text: string): Promise<void> {
    const acts = actsFor(customer, text, hub.channels.manifest(customer.channel.kind).carries, hub.random);
    said(customer);
    for (const one of acts) {
      await pause(between(pace.typingMs));
      if (stopped || await hub.store.demo.phase() !== 'on') return;
      try {
        await stage.act(customer.channel, guest, one);
      } catch (error) {
        // The platform is away for the moment, or the account is signed out: they put the phone away.
        hub.log.info({ channel: customer.channel.id, reason: error instanceof Error ? error.message : String(error) }, 'a scripted customer could not write');
        leave(customer);
        return;
      }
    }
  }

  function said(customer: Customer): void {
    customer.heard = 'nothing';
    delete customer.received;
    customer.lastSaidAt = hub.now().getTime();
  }

  const leave = (customer: Customer) => { present.delete(nameOf(customer)); };

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
    async stop() {
      stopped = true;
      if (saidAt > 0) void hub.store.demo.letGo(player).catch(() => undefined);
      clearTimeout(timer);
      wake?.();
      off();
      await stage.lower();
    },
  };
}
