/** Hands the items of one page to the hub: in order within a thread, threads side by side, none lost for another's sake. */
import type { Inbox } from '../connector.ts';
import type { Customers } from './customers.ts';
import { fields } from './content.ts';
import { parse } from './parse.ts';
import type { Parsed, Welcome } from './parse.ts';

/** Threads that are handed over at once. */
const abreast = 16;
/** So often one item is refused by a hub that is otherwise well, before it goes to quarantine. */
const patience = 8;

export type Taker = (items: unknown[], account: string) => Promise<void>;

/** @param greet called once an entering customer is on record */
export function taker(inbox: Inbox, customers: Customers, greet: (welcome: Welcome) => void): Taker {
  const refusals = new Map<string, number>();

  async function hand(parsed: Parsed, raw: unknown): Promise<void> {
    switch (parsed.kind) {
      case 'message': return void await inbox.receive(parsed.message);
      case 'happening':
        await inbox.happened(parsed.happening);
        if (parsed.welcome) greet(parsed.welcome);
        return;
      case 'receipt': return inbox.receipt(parsed.receipt);
      case 'staff': return inbox.log.info(parsed.fact, 'somebody who serves customers in WeCom changed state');
      case 'wrong': return inbox.quarantine({ externalId: parsed.externalId, bytes: bytesOf(raw), reason: parsed.reason });
    }
  }

  /** True once the item is safe. */
  async function insist(parsed: Parsed, raw: unknown): Promise<void> {
    const id = idOf(parsed);
    try {
      await hand(parsed, raw);
      refusals.delete(id);
    } catch (error) {
      const count = (refusals.get(id) ?? 0) + 1;
      refusals.set(id, count);
      if (count < patience) throw error;
      // The store answers other questions: it is this item that it cannot take.
      await inbox.recall('alive');
      await inbox.quarantine({ externalId: id, bytes: bytesOf(raw), reason: `The hub could not take it: ${error instanceof Error ? error.message : String(error)}` });
      refusals.delete(id);
    }
  }

  return async (items, account) => {
    await customers.learn(items.map((item) => fields(item)).map((item) => item.text('external_userid') || fields(item.of('event')).text('external_userid')).filter(Boolean));
    const lanes = new Map<string, { parsed: Parsed; raw: unknown }[]>();
    for (const raw of items) {
      const parsed = parse(raw, account, customers.sender);
      const lane = laneOf(parsed);
      lanes.set(lane, [...lanes.get(lane) ?? [], { parsed, raw }]);
    }
    const failures: unknown[] = [];
    const waiting = [...lanes.values()];
    const work = async (): Promise<void> => {
      for (let lane = waiting.shift(); lane && !inbox.stopping.aborted; lane = waiting.shift()) {
        try {
          for (const { parsed, raw } of lane) await insist(parsed, raw);
        } catch (error) {
          failures.push(error);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(abreast, waiting.length) }, work));
    if (failures.length > 0) throw new Error('the hub could not take all of the page', { cause: failures[0] });
    if (inbox.stopping.aborted) throw new Error('the channel is being stopped');
  };
}

const bytesOf = (raw: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(raw) ?? 'null');

function idOf(parsed: Parsed): string {
  switch (parsed.kind) {
    case 'message': return parsed.message.externalId;
    case 'happening': return parsed.happening.externalId;
    case 'receipt': return `fail_${parsed.receipt.externalId}`;
    case 'staff': return 'staff';
    case 'wrong': return parsed.externalId;
  }
}

function laneOf(parsed: Parsed): string {
  switch (parsed.kind) {
    case 'message': return parsed.message.thread;
    case 'happening': return parsed.happening.thread;
    default: return '';
  }
}
