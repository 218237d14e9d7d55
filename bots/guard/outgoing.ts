/** The last look before a model's words go out: nobody else's data, none of our orders to the model, no address and no claim that no source holds. Pure. */
import { personalIn, visible } from './personal.ts';
import { decoded } from './injection.ts';

/** Why words were stopped. */
export type Stopped = 'personal' | 'prompt' | 'foreign-link' | 'encoded' | 'unsupported';

/** What the words may rest on. */
export type Ground = {
  /** The cited answers, as shown: questions, answers, addresses. */
  sources: string;
  /** What was said in this conversation, by whomever. */
  said: string;
  /** The orders the model was given. */
  prompt: string;
};

const plain = (text: string): string => visible(text).toLowerCase();
const squeezed = (text: string): string => plain(text).replace(/[^\p{L}\p{N}]+/gu, '');

/** Words that carry meaning: Latin ones by their beginning, so that forms of one word agree; Chinese by pairs of characters. */
function meaning(text: string): string[] {
  const latin = (plain(text).match(/\p{Script=Latin}{4,}/gu) ?? []).filter((word) => !COMMON.has(word)).map((word) => word.slice(0, 5));
  const han = (plain(text).match(/\p{Script=Han}{2,}/gu) ?? []).map((run) => run.replace(/[的了是在和与及或也都就还您你我们请吧呢啊哦可以]/gu, ' ')).flatMap((run) => run.split(' ')).flatMap((run) => Array.from({ length: Math.max(0, run.length - 1) }, (_, i) => run.slice(i, i + 2)));
  return [...latin, ...han];
}
/** Of the words that are not the customer's, at least so many come from the sources. */
const LEAST_SHARED = 1 / 3;
const COMMON = new Set('about after also and because been before being could does doing done each from have having here into just like made make more most much need once only other over please same should some such than that their them then there these they this those through under until very want were what when where which while will with within would your yours'.split(' '));

// Politeness needs no source.
const COURTESY = /^(?:(?:hello|hi|hey|thanks?|thank you|sorry|sure|of course|yes|no|certainly|great question|you are welcome|we apologi[sz]e|i (?:am|'m) sorry)\b.{0,60}|.{0,40}\b(?:let (?:me|us) know|anything else|happy to help|glad to help|hope (?:this|that) helps|have a (?:nice|good|great) day)\b.{0,30}|(?:您好|你好|谢谢|感谢|抱歉|不好意思|很高兴|好的|当然|请问|如果?还?有).{0,24}|.{0,16}(?:随时|隨時)(?:联系|聯繫|告诉|问|提问).{0,12})$/u;

const script = (text: string): 'han' | 'latin' | undefined => {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}+/gu)?.length ?? 0;
  return han === 0 && latin === 0 ? undefined : han >= latin ? 'han' : 'latin';
};

/** A sentence that shares no word of meaning with what it rests on is somebody else's idea. Across scripts nothing can be said. */
function unsupported(text: string, { sources, said }: Ground): boolean {
  const known = new Set(meaning(sources));
  // The customer's own words count neither way: a model that only repeats them proves nothing.
  const theirs = new Set(meaning(said));
  return text.split(/[.!?;]+(?:\s|$)|[。！？；\n]+/u).map((sentence) => sentence.trim()).some((sentence) => {
    const words = meaning(sentence);
    if (words.length < 2 || COURTESY.test(plain(sentence)) || script(sentence) !== script(sources)) return false;
    const shared = words.filter((word) => known.has(word)).length;
    return shared < Math.max(1, words.filter((word) => !theirs.has(word)).length * LEAST_SHARED);
  });
}

const wordsOf = (text: string): string[] => plain(text).match(/\p{Script=Latin}+|\p{Script=Han}|\d+/gu) ?? [];
const RUN = 6;
/** Six words in a row out of our orders that no source has. */
function quotesPrompt(text: string, { prompt, sources }: Ground): boolean {
  const orders = ` ${wordsOf(prompt).join(' ')} `;
  const known = ` ${wordsOf(sources).join(' ')} `;
  const readings = [text, ...decoded(text)];
  return readings.some((reading) => {
    const words = wordsOf(reading);
    return words.some((_, i) => {
      const run = ` ${words.slice(i, i + RUN).join(' ')} `;
      return i + RUN <= words.length && orders.includes(run) && !known.includes(run);
    });
  });
}

const ADDRESS = /(?:https?:\/\/|www\.)[^\s<>"'，。）)\]]{1,2000}|(?<![@\w.-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,5}(?:com|net|org|io|cn|co|me|ru|xyz|top|info|biz|shop|site|online|app|dev|ai|cc|tk|link|click|example|test)\b(?:\/[^\s<>"'，。）)\]]{0,2000})?/giu;
const trimmed = (address: string): string => address.toLowerCase().replace(/^https?:\/\//, '').replace(/^www\./, '').replace(/[.,;:!?/]+$/, '');

/** Why these words may not go out; undefined when they may. */
export function stopped(text: string, ground: Ground): Stopped | undefined {
  const known = `${ground.sources}\n${ground.said}`;
  const own = new Set(personalIn(visible(known)).map(({ value }) => squeezed(value)));
  if (personalIn(visible(text)).some(({ value }) => !own.has(squeezed(value)))) return 'personal';
  const addresses = new Set((visible(ground.sources).match(ADDRESS) ?? []).map(trimmed));
  if ((visible(text).match(ADDRESS) ?? []).some((address) => !addresses.has(trimmed(address)))) return 'foreign-link';
  if ((visible(text).match(/[A-Za-z0-9+/_=-]{20,}/g) ?? []).some((run) => !known.includes(run) && !/^[a-z]+(?:-[a-z]+)*$/.test(run))) return 'encoded';
  if (/(?:(?<!\p{L})\p{Script=Latin}[\s.*_-]+){8}/u.test(visible(text)) || /(?:[0-9a-f]{2}[\s:]){8}/i.test(visible(text))) return 'encoded';
  if (quotesPrompt(text, ground)) return 'prompt';
  return unsupported(visible(text), ground) ? 'unsupported' : undefined;
}
