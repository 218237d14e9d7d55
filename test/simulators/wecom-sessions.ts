/** Sessions of customers at an account: states, the 5 messages in 48 hours, welcome codes. Documents 94669, 94677, 95122. */

type Session = {
  /** 0 new, 1 robot, 2 queue, 3 a person in WeCom, 4 ended. */
  state: number;
  servicer: string | undefined;
  heardAt: number | undefined;
  sent: number;
};

const window = 48 * 3_600_000;
const welcomeMs = 20_000;

/** From -> to that the platform allows. */
const allowed: Record<number, number[]> = { 0: [1, 2, 3, 4], 1: [1, 2, 3, 4], 2: [3, 4], 3: [3, 4], 4: [] };

/** @param now the platform's clock */
export function sessionsOf(now: () => number) {
  const moves = structuredClone(allowed);
  const sessions = new Map<string, Session>();
  const codes = new Map<string, { account: string; customer: string; until: number; used: boolean }>();
  const of = (account: string, customer: string): Session => {
    const name = `${account}/${customer}`;
    const known = sessions.get(name) ?? { state: 4, servicer: undefined, heardAt: undefined, sent: 0 };
    sessions.set(name, known);
    return known;
  };
  return {
    of,
    /** From now on the platform allows this move as well. */
    allow(from: number, to: number): void { moves[from]?.push(to); },
    clear(): void { sessions.clear(); codes.clear(); },
    /** The customer wrote: an ended session is new again, and five messages are free. */
    heard(account: string, customer: string): void {
      const session = of(account, customer);
      if (session.state === 4) session.state = 0;
      session.heardAt = now();
      session.sent = 0;
    },
    /** An errcode, or 0. */
    maySend(account: string, customer: string): number {
      const session = sessions.get(`${account}/${customer}`);
      if (!session || session.heardAt === undefined) return 95024;
      if (now() - session.heardAt > window) return 95002;
      if (session.state !== 0 && session.state !== 1) return 95018;
      return session.sent >= 5 ? 95001 : 0;
    },
    sent(account: string, customer: string): void { of(account, customer).sent += 1; },
    move(account: string, customer: string, to: number, servicer?: string): number {
      const session = of(account, customer);
      if (!moves[session.state]?.includes(to)) return 95016;
      session.state = to;
      session.servicer = to === 3 ? servicer : undefined;
      return 0;
    },
    welcome(code: string, account: string, customer: string): void { codes.set(code, { account, customer, until: now() + welcomeMs, used: false }); },
    /** Whom a code lets us greet, once; a number is the errcode. */
    redeem(code: string): { account: string; customer: string } | number {
      const found = codes.get(code);
      if (!found || found.until < now()) return 95007;
      if (found.used) return 95007;
      found.used = true;
      return found;
    },
  };
}
