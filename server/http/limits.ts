import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from '../problem.ts';

// Per address and per account: a stranger can slow down an account's sign-in, never lock it for good.
const perAddress = new RateLimiterMemory({ points: 50, duration: 60 });
const perAccount = new RateLimiterMemory({ points: 8, duration: 60 });

const visits = { socket: new RateLimiterMemory({ points: 120, duration: 60 }), upload: new RateLimiterMemory({ points: 60, duration: 60 }) };

/** Counts what an unknown browser costs us, per address: an office behind one address passes, a flood does not. */
export async function countVisit(address: string, kind: keyof typeof visits): Promise<void> {
  await consume(visits[kind], address);
}

/** Counts an attempt to sign in. Throws Problem 'too-many' with the seconds to wait. */
export async function countSignIn(address: string, account: string): Promise<void> {
  await consume(perAddress, address);
  await consume(perAccount, account.toLowerCase());
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    throw new Problem('too-many', `Too many attempts. Try again in ${Math.ceil(error.msBeforeNext / 1000)} seconds.`);
  }
}

/** A sign-in that worked forgets the failures before it. */
export const forgetSignIns = (account: string): Promise<boolean> => perAccount.delete(account.toLowerCase());
