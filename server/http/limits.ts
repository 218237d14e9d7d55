import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from '../problem.ts';

// A stranger who guesses is stopped on the own address; the owner of the account still gets in from another.
const perAddress = new RateLimiterMemory({ points: 50, duration: 60 });
const perPair = new RateLimiterMemory({ points: 8, duration: 60 });
const perAccount = new RateLimiterMemory({ points: 100, duration: 60 });

const visits = { socket: new RateLimiterMemory({ points: 120, duration: 60 }), upload: new RateLimiterMemory({ points: 60, duration: 60 }) };

/** Counts what an unknown browser costs us, per address: an office behind one address passes, a flood does not. */
export async function countVisit(address: string, kind: keyof typeof visits): Promise<void> {
  await consume(visits[kind], address);
}

/** Counts an attempt to sign in. Throws Problem 'too-many' with the seconds to wait. */
export async function countSignIn(address: string, account: string): Promise<void> {
  await consume(perAddress, address);
  await consume(perPair, `${address} ${account.toLowerCase()}`);
  await consume(perAccount, account.toLowerCase());
}

// Someone at work asks some times a minute; a screen gone wild asks without end.
const wishes = new RateLimiterMemory({ points: 60, duration: 60 });

/** Counts what one of ours asks of the copilot. */
export const countWish = (personId: string): Promise<void> => consume(wishes, personId);

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    throw new Problem('too-many', `Too many attempts. Try again in ${Math.ceil(error.msBeforeNext / 1000)} seconds.`);
  }
}

/** A sign-in that worked forgets the failures before it. */
export const forgetSignIns = (address: string, account: string): Promise<boolean> => perPair.delete(`${address} ${account.toLowerCase()}`);
