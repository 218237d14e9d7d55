/** What in a text is somebody's own, found by its shape: hidden before a model reads it, put back afterwards where that is safe. Pure. */

export type PersonalKind = 'phone' | 'mail' | 'card' | 'identity' | 'secret';
/** One of them, and where it stands. */
export type Personal = { kind: PersonalKind; value: string; start: number; end: number };

const LONGEST = 20_000;
/** As a model gets it: one form of each letter and digit, nothing invisible, so that no disguise hides a number from us. Chinese punctuation stays. */
export const visible = (text: string): string => text.slice(0, LONGEST).replace(/\p{Cf}/gu, '').replace(/(?!\p{Script=Han})[\p{L}\p{N}＠．＋－＿／]+/gu, (run) => run.normalize('NFKC'));

const digits = (text: string): string => text.replace(/\D/g, '');

/** The check digit of bank cards. */
export function luhn(number: string): boolean {
  let sum = 0;
  for (let i = 0; i < number.length; i++) {
    const digit = Number(number[number.length - 1 - i]);
    const twice = i % 2 === 1 ? digit * 2 : digit;
    sum += twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 === 0;
}

// Visa, Mastercard, Amex, Diners, JCB, UnionPay and Discover begin so; order numbers that begin with a date do not.
const isCard = (value: string): boolean => /^(?:4|5[0-8]|2[2-7]|3[0456789]|6)\d{12,18}$/.test(digits(value)) && luhn(digits(value)) && !/^(\d)\1+$/.test(digits(value));

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/** A resident number of the mainland: 17 digits with a birthday, and the check character of ISO 7064. */
export function isChineseIdentity(value: string): boolean {
  const month = Number(value.slice(10, 12));
  const day = Number(value.slice(12, 14));
  if (!/^[1-9]\d{5}(?:18|19|20)\d{9}[\dXx]$/.test(value) || month < 1 || month > 12 || day < 1 || day > 31) return false;
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(value[i]), 0);
  return '10X98765432'[sum % 11] === value[17]?.toUpperCase();
}

// What is said to be a secret, what looks like a key of a known house, and addresses that carry one.
const SECRETS = [
  /\b(?:sk|pk|rk|ghp|gho|ghs|github_pat|glpat|xox[abposr]|hub|whsec|hf|npm|AKIA|ASIA|AIza)[-_]?[A-Za-z0-9_-]{16,200}/g,
  /\beyJ[\w-]{8,2000}\.[\w-]{8,4000}(?:\.[\w-]{0,2000})?/g,
  /-----BEGIN [A-Z ]{3,40}-----[\s\S]{0,8000}?(?:-----END [A-Z ]{3,40}-----|$)/g,
  /\bhttps?:\/\/[^\s/@:]{1,100}:[^\s/@]{1,200}@[^\s]{1,500}/gi,
  /(?<=[?&#](?:access_token|token|api_?key|key|secret|sig|signature|password|code)=)[^\s&#]{6,500}/gi,
  /(?<=\bBearer )[\w.~+/-]{12,500}=*/gi,
  /(?<=\b(?:password|passwd|pwd|passcode|pin|cvv|cvc|otp)(?: is| was)?\s{0,3}[:=]?\s{0,3})(?=\S{0,60}\d)[^\s,.;]{3,60}/gi,
  /(?<=(?:密码|密碼|口令|验证码|驗證碼|安全码|取件码)\s{0,3}(?:是|为|為|:|=)\s{0,3})[\w@#$%^&*!.-]{3,60}/gu,
];
const MAIL = /[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,5}\p{L}{2,24}/gu;
const LONG_NUMBER = /(?<![\d.])\d(?:[ -]?\d){12,18}(?:[ -]?[Xx])?(?![\d.]*\d)/g;
const PHONES = [
  /(?<![\dA-Za-z])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)/g,
  /(?<![\dA-Za-z])\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){1,4}(?!\d)/g,
  /(?<![\dA-Za-z-])0\d{2,3}[ -]\d{7,8}(?!\d)/g,
  /(?<![\dA-Za-z-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)/g,
];

/** All of it, in order, none within another. The text should be `visible`. */
export function personalIn(text: string): Personal[] {
  const found: Personal[] = [];
  const add = (kind: PersonalKind, pattern: RegExp, fits: (value: string) => boolean = () => true): void => {
    for (const match of text.matchAll(pattern)) {
      const [value] = match;
      const start = match.index;
      const end = start + value.length;
      if (value !== '' && fits(value) && !found.some((other) => start < other.end && other.start < end)) found.push({ kind, value, start, end });
    }
  };
  for (const pattern of SECRETS) add('secret', pattern);
  add('mail', MAIL);
  add('identity', LONG_NUMBER, (value) => isChineseIdentity(value.replace(/[ -]/g, '')));
  add('card', LONG_NUMBER, isCard);
  for (const pattern of PHONES) add('phone', pattern, (value) => digits(value).length >= 8 && digits(value).length <= 15);
  return found.sort((a, b) => a.start - b.start);
}

const letters = (n: number): string => (n >= 26 ? letters(Math.floor(n / 26) - 1) : '') + String.fromCharCode(65 + (n % 26));
// Their own number or address may be said back to them; a card, an identity or a key never is.
const SAID_BACK: ReadonlySet<PersonalKind> = new Set(['phone', 'mail']);

export type PersonalFence = { hide(text: string): string; restore(text: string): string; restoreAll(text: string): string };

/** Hides what is personal in every text of one turn; the same value has the same name throughout. Names carry no digits: a model's numbers are checked. Secrets are hidden whatever is asked. */
export function personalFence(hidden?: readonly PersonalKind[]): PersonalFence {
  const isHidden = (kind: PersonalKind): boolean => kind === 'secret' || hidden === undefined || hidden.includes(kind);
  const names = new Map<string, { name: string; kind: PersonalKind }>();
  function named(text: string, shown: (kind: PersonalKind) => boolean): string {
    let restored = text;
    for (const [value, { name, kind }] of names) restored = restored.replaceAll(name, () => (shown(kind) ? value : '****'));
    return restored;
  }
  return {
    hide(text) {
      const seen = visible(text);
      let shown = '';
      let from = 0;
      for (const { kind, value, start, end } of personalIn(seen)) {
        if (!isHidden(kind)) continue;
        const known = names.get(value) ?? { name: `[${kind} ${letters(names.size)}]`, kind };
        names.set(value, known);
        shown += seen.slice(from, start) + known.name;
        from = end;
      }
      return shown + seen.slice(from);
    },
    restore: (text) => named(text, (kind) => SAID_BACK.has(kind)),
    /** For people of ours who see the whole conversation anyway. */
    restoreAll: (text) => named(text, () => true),
  };
}
