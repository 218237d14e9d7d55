/** The channel's light: it goes by what is wrong with the account, and with what WeChat pushes. */
import { inLanguage, wordsOf } from '../connector.ts';
import type { Health, Words } from '../connector.ts';
import { refusedIp } from './words.ts';

/** Sets or clears the problem of one part; tells only what is new. */
export function healthLight(tell: (health: Health) => void): (part: 'api' | 'callback', problem?: Health) => void {
  const problems = new Map<string, Health>();
  let last = '';
  return (part, problem) => {
    if (problem) problems.set(part, problem);
    else problems.delete(part);
    const health = [...problems.values()][0] ?? { state: 'ready' };
    const said = JSON.stringify(health);
    if (said !== last) tell(health);
    last = said;
  };
}

/** An error 40164 names the address that must be allowed. */
export function explained(error: unknown): Words {
  const said = wordsOf(error);
  const ip = refusedIp(inLanguage(said, 'en'));
  if (!ip) return said;
  return { 'zh-CN': `请把 IP ${ip} 加入公众号的 IP 白名单。${inLanguage(said, 'zh-CN')}`, en: `Add the IP ${ip} to the whitelist of the account. ${inLanguage(said, 'en')}` };
}
