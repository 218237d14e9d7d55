/** The words by which a customer forbids or allows us to write. */

/** Twilio blocks the number by itself after these, unless the account's own list says otherwise. */
const stopWords = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT', 'STOP ALL', 'OPT OUT', '退订', '取消', 'TD', 'T', 'N退订', '停止']);
const startWords = new Set(['START', 'UNSTOP', '订阅', '恢复']);
/** In a chat these are answers to a question; an SMS of this one word is a wish to hear no more, and Twilio acts on it. */
const answers = new Set(['CANCEL', 'END', 'QUIT', '取消', '停止', 'T', '恢复']);

/** True: allows; false: forbids; null: an ordinary message. `verdict` is Twilio's OptOutType, which knows the account's own words. */
export function consentOf(text: string, verdict: string, chat: boolean): boolean | null {
  switch (verdict.trim().toUpperCase()) {
    case 'STOP': return false;
    case 'START': return true;
    // Twilio has answered with its help text; a person should still see that somebody asks.
    case 'HELP': return null;
  }
  const word = text.normalize('NFKC').trim().replace(/[.!。！\s]+$/u, '').replaceAll(/\s+/g, ' ').toUpperCase();
  if (chat && answers.has(word)) return null;
  if (stopWords.has(word)) return false;
  return startWords.has(word) ? true : null;
}
