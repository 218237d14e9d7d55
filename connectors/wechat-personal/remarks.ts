/** The token in a remark, e.g. "王小明 #h3k9x": who a customer is when the platform gives everybody new ids. Pure. */

/** Nothing that looks like something else. */
const alphabet = '23456789abcdefghjkmnpqrstvwxyz';
/** WeChat cuts longer remarks. */
const remarkLength = 16;

/** Four characters and one that checks them. @param random 0..1 */
export function makeToken(random: () => number): string {
  const four = Array.from({ length: 4 }, () => alphabet.charAt(Math.floor(random() * alphabet.length))).join('');
  return four + check(four);
}

/** Told apart from a number somebody wrote by hand by its last character. */
function check(four: string): string {
  const sum = [...four].reduce((total, letter, index) => total + (index + 2) * (alphabet.indexOf(letter) + 1), 7);
  return alphabet.charAt(sum % alphabet.length);
}

/** The token at the end of a remark. */
export function tokenIn(remark: string): string | undefined {
  const found = /(?:^|\s)#([2-9a-hjkmnp-tv-z]{5})\s*$/.exec(remark)?.[1];
  return found && check(found.slice(0, 4)) === found.at(4) ? found : undefined;
}

/** The remark with its token; what the person wrote there stays in front. */
export function withToken(remark: string, token: string): string {
  const words = [...remark.trim()].slice(0, remarkLength - token.length - 2).join('').trim();
  return words ? `${words} #${token}` : `#${token}`;
}

/** Puppets of the web protocol make up ids at each login: they begin with an @. */
export const isPassing = (id: string): boolean => id.startsWith('@');
