/** Words by which a customer forbids or allows us to write. Pure. */

const stop = new Set(['stop', 'stopall', 'stop all', 'unsubscribe', 'optout', 'opt out', 'opt-out', 'stop promotions', 'td', '退订', '退訂', '取消订阅', '取消訂閱', '拒收', '停止', '停止推广', '停止推送', '不要再发', '不要再发了', '不要再联系我']);
const start = new Set(['start', 'unstop', 'subscribe', 'optin', 'opt in', 'opt-in', 'resume', '订阅', '訂閱', '恢复订阅', '恢復訂閱', '重新订阅', '开始接收', '恢复接收']);

/** Only when the message is nothing but that word: "please stop by" is no refusal. */
export function consentIn(text: string | undefined): { granted: boolean; words: string } | null {
  const said = (text ?? '').trim();
  if (said.length > 40) return null;
  const plain = said.normalize('NFKC').toLowerCase().replaceAll(/[\s"'“”.,!?。，！？]+/g, ' ').trim();
  if (stop.has(plain)) return { granted: false, words: said };
  return start.has(plain) ? { granted: true, words: said } : null;
}
