/** Yes, no, and leave it. Narrow on purpose: what is not plainly a yes is none. */
import { isThanks } from '../retrieval/signals.ts';

const bare = (text: string): string => text.slice(0, 500).normalize('NFKC').replace(/\p{Cf}/gu, '').toLowerCase().replace(/[\u2018\u2019]/g, "'").replace(/[\s,.!;~，。！；、～]+/gu, ' ').trim();
const YES = /^(?:(?:oh )?(?:yes|yep|yeah|yup|sure|ok(?:ay)?|please do|go ahead|do it|confirm(?:ed)?|correct|right|of course|that is right|that's right|sounds good|i agree|agreed)(?: (?:please|do it|do that|go ahead|sure|ok(?:ay)?|cancel it|change it|look it up|thanks|thank you|i am sure|i'm sure|that is right|that's right|correct|confirm))*|please|(?:嗯+|好|好的|好啊|好吧|可以|可以的|行|行的|是|是的|对|对的|對|對的|确认|確認|确定|確定|没错|同意|要|需要|麻烦了|请办理|請辦理|办吧|办理|请取消|请查|查吧|麻烦你了|麻烦您了|谢谢|拜托)(?: ?(?:好|好的|可以|是|是的|对|确认|确定|没错|请办理|办吧|麻烦了|麻烦你了|麻烦您了|谢谢|谢谢你|谢谢您|请查|查吧|取消吧|改吧|帮我办吧|帮我取消吧))*)$/u;
const NO = /^(?:no|nope|nah|not now|no thanks?(?: you)?|no thank you|don't|do not|please don't|rather not|wrong|cancel|不|不要|不用|不用了|不是|不对|不同意|不行|不可以|别|先不|先不要|算了|否|不需要|取消)(?: (?:thanks?|thank you|please|don't|do not|do it|谢谢|了|吧))*$/u;
const LEAVE = /^(?:please )?(?:cancel(?: (?:that|this))?|never ?mind|forget (?:it|that)|leave it|stop(?: it)?|quit|exit|no thanks?(?: you)?|no thank you|not (?:any ?more|needed)|算了|算了吧|不用了|不查了|不办了|取消|先不了|不需要了|没事了|不弄了)(?: (?:please|thanks?|thank you|谢谢|吧))*$/u;
const CONDITION = /\b(?:not|no|don't|but|wait|if|unless|only|instead)\b|不|但|别|如果|除非|等等|只/u;

/** Exactly the words that were offered to be tapped count as well. */
const offered = new Set(['Yes, go ahead', '好的，请办理', '好的，請辦理'].map(bare));

/** A plain yes. */
export const agrees = (text: string): boolean => offered.has(bare(text)) || (YES.test(bare(text)) && !CONDITION.test(bare(text).replace(/没错/gu, '')));
/** A plain no. */
export const declines = (text: string): boolean => NO.test(bare(text)) || /^no,? leave it$|^不用了$/u.test(bare(text));
/** They want none of it any more. */
export const leaves = (text: string): boolean => LEAVE.test(bare(text)) || /^no leave it$/u.test(bare(text));

const CANCEL = /取消|cancel/iu;
/** Consent of a burst: somebody said yes in it, and nothing else but thanks. "Cancel it" is a yes to a cancelling (by its `title`), and to nothing else. */
export const consents = (said: readonly string[], title = ''): boolean => (CANCEL.test(title) || !said.some(text => CANCEL.test(text))) && said.some(agrees) && said.every(text => agrees(text) || (isThanks(text) && !declines(text)));
