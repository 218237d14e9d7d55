import { hash, verify } from '@node-rs/argon2';

/** argon2id, 19 MiB, two passes (OWASP's floor). */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
let decoy: Promise<string> | undefined;

export const hashPassword = (password: string): Promise<string> => hash(password, cost);

/** Checks a password. Without a hash it works as long as with one, so that timing does not tell who exists. */
export async function checkPassword(password: string, known: string | null): Promise<boolean> {
  decoy ??= hash('nobody has this password', cost);
  const right = await verify(known ?? await decoy, password);
  return known !== null && right;
}
