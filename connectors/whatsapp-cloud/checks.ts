/** The checks a person can run from the console, one step after another; each failure says what to do. */
import { inLanguage, wordsOf, type Words } from '../connector.ts';
import { codeOf } from './errors.ts';
import { firstWords, list, object, words } from './fields.ts';
import type { Graph } from './graph.ts';
import type { Config } from './manifest.ts';

export type Check = { name: Words; ok: boolean; detail?: Words };

/** @param lastCall when Meta last called this channel with a good signature */
export async function runChecks(graph: Graph, { phoneNumberId, wabaId }: Pick<Config, 'phoneNumberId' | 'wabaId'>, lastCall: Date | null): Promise<Check[]> {
  const checks: Check[] = [];
  const step = async (name: Words, run: () => Promise<Omit<Check, 'name'>>): Promise<boolean> => {
    const result = await run().catch((error: unknown) => ({ ok: false, detail: wordsOf(error) }));
    checks.push({ name, ...result });
    return result.ok;
  };

  const isTokenGood = await step({ 'zh-CN': '访问令牌', en: 'Access token' }, async () => {
    try {
      await graph.get('me', { fields: 'id' });
      return { ok: true, detail: valid };
    } catch (error) {
      // A token that may do less than look at itself is valid all the same.
      const isKnown = codeOf(error) === 100 || codeOf(error) === 10;
      return isKnown ? { ok: true, detail: valid } : { ok: false, detail: wordsOf(error) };
    }
  });
  if (!isTokenGood) return checks;

  await step({ 'zh-CN': '电话号码', en: 'Phone number' }, async () => {
    const number = await graph.get(phoneNumberId, { fields: 'display_phone_number,verified_name,quality_rating' });
    const quality = words(number['quality_rating']);
    return { ok: true, detail: `${words(number['display_phone_number'])} ${words(number['verified_name'])}${quality ? ` (${quality})` : ''}`.trim() };
  });
  await step({ 'zh-CN': '应用密钥', en: 'App secret' }, async () => {
    const problem = await graph.get(phoneNumberId, { fields: 'id', appsecret_proof: graph.proof }).then(() => null, wordsOf);
    if (problem) return { ok: false, detail: { 'zh-CN': `应用密钥不对：请从“应用设置 → 基本”重新复制。${inLanguage(problem, 'zh-CN')}`, en: `The app secret does not fit: copy it again from App settings, Basic. ${inLanguage(problem, 'en')}` } };
    return { ok: true, detail: { 'zh-CN': '应用密钥与令牌属于同一应用。', en: 'The app secret belongs to the app of the token.' } };
  });
  await step({ 'zh-CN': '回调', en: 'Webhook' }, async () => {
    const heard = lastCall ? { 'zh-CN': `上次回调：${lastCall.toISOString()}`, en: `last call: ${lastCall.toISOString()}` } : { 'zh-CN': '还没有收到过 Meta 的回调', en: 'Meta has not called yet' };
    if (!wabaId) return { ok: lastCall !== null, detail: { 'zh-CN': `${heard['zh-CN']}。请填写 WhatsApp 商业账号编号以检查订阅。`, en: `${heard.en}. Fill in the WhatsApp Business Account ID to check the subscription.` } };
    const apps = list((await graph.get(`${wabaId}/subscribed_apps`))['data']).map((app) => firstWords(object(object(app)['whatsapp_business_api_data'])['name'], object(app)['name'], '?'));
    if (apps.length === 0) return { ok: false, detail: { 'zh-CN': '没有应用订阅此账号：在渠道页面点击“订阅回调”。', en: 'No app is subscribed to this account: press "Subscribe" on the channel page.' } };
    return { ok: true, detail: { 'zh-CN': `${apps.join('、')}；${heard['zh-CN']}`, en: `${apps.join(', ')}; ${heard.en}` } };
  });
  return checks;
}

const valid: Words = { 'zh-CN': '令牌有效。', en: 'The token is valid.' };
