/** Facts of the customers who wait: read when their conversation comes into line, known while it stays there. */
import type { Head } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { customerFacts } from './rules/customer.ts';
import type { CustomerFacts } from './rules/sync.ts';

const atOnce = 32;
const nobody: CustomerFacts = { value: 0, vip: false, preferred: null };
const vip = /^vip$/i;

/** @param agents those who work here, by id and address */
export function customers(hub: Hub, agents: () => { id: string; email: string }[]) {
  const known = new Map<string, { contactId: string; facts: CustomerFacts }>();
  const reading = new Map<string, Promise<void>>();

  const read = async (head: Head): Promise<void> => {
    const { id, contactId } = head;
    try {
      const { members } = await hub.store.contacts.component(contactId);
      const [contacts, spoken] = await Promise.all([hub.store.contacts.getMany(members), hub.store.conversations.repliesOf(members, 50)]);
      const attributes = [contactId, ...members.filter((each) => each !== contactId)].map((each) => contacts.get(each)?.attributes ?? {});
      const facts = customerFacts(id, attributes, spoken.map((each) => hub.heads.peek(each.id) ?? each), agents(), hub.routingPolicy(), hub.now());
      known.set(id, { contactId, facts });
    } catch (error) {
      hub.log.warn({ err: error, conversationId: id }, 'what is known of a customer could not be read: the conversation is given out without it');
      known.set(id, { contactId, facts: nobody });
    }
  };

  return {
    /** As they are known; a label of the conversation makes a VIP too. */
    of: ({ id, labels }: Head): CustomerFacts => {
      const facts = known.get(id)?.facts ?? nobody;
      return labels.some((label) => vip.test(label)) ? { ...facts, vip: true } : facts;
    },
    has: (conversationId: string): boolean => known.has(conversationId),
    /** Reads them, and what was begun for the same conversation is done before; never rejects. */
    read(head: Head): Promise<void> {
      const begun = (reading.get(head.id) ?? Promise.resolve()).then(() => read(head));
      const ended = begun.finally(() => { if (reading.get(head.id) === ended) reading.delete(head.id); });
      reading.set(head.id, ended);
      return ended;
    },
    /** Ends when what is being read of it is there; undefined: nothing is. */
    reading: (conversationId: string): Promise<void> | undefined => reading.get(conversationId),
    async readAll(heads: Head[]): Promise<void> {
      for (let from = 0; from < heads.length; from += atOnce) await Promise.all(heads.slice(from, from + atOnce).map(read));
    },
    /** Conversations in line of one contact. */
    waitingOf: (contactId: string): string[] => [...known].filter(([, each]) => each.contactId === contactId).map(([id]) => id),
    forget(conversationId: string): void { known.delete(conversationId); },
    clear(): void { known.clear(); },
  };
}
