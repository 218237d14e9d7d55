/** The checks a person can run from the console, one step after another; each failure says what to do. */
import { codeOf } from './errors.ts';
import { firstWords, list, object, words } from './fields.ts';
import type { Graph } from './graph.ts';
import type { Config } from './manifest.ts';

export type Check = { name: string; ok: boolean; detail?: string };

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** @param lastCall when Meta last called this channel with a good signature */
export async function runChecks(graph: Graph, { phoneNumberId, wabaId }: Pick<Config, 'phoneNumberId' | 'wabaId'>, lastCall: Date | null): Promise<Check[]> {
  const checks: Check[] = [];
  const step = async (name: string, run: () => Promise<Omit<Check, 'name'>>): Promise<boolean> => {
    const result = await run().catch((error: unknown) => ({ ok: false, detail: said(error) }));
    checks.push({ name, ...result });
    return result.ok;
  };

  const isTokenGood = await step('access token', async () => {
    try {
      await graph.get('me', { fields: 'id' });
      return { ok: true, detail: '令牌有效 / The token is valid.' };
    } catch (error) {
      // A token that may do less than look at itself is valid all the same.
      const isKnown = codeOf(error) === 100 || codeOf(error) === 10;
      return isKnown ? { ok: true, detail: '令牌有效 / The token is valid.' } : { ok: false, detail: said(error) };
    }
  });
  if (!isTokenGood) return checks;

  await step('phone number', async () => {
    const number = await graph.get(phoneNumberId, { fields: 'display_phone_number,verified_name,quality_rating' });
    const quality = words(number['quality_rating']);
    return { ok: true, detail: `${words(number['display_phone_number'])} ${words(number['verified_name'])}${quality ? ` (${quality})` : ''}`.trim() };
  });
  await step('app secret', async () => {
    const problem = await graph.get(phoneNumberId, { fields: 'id', appsecret_proof: graph.proof }).then(() => null, said);
    if (problem) return { ok: false, detail: `应用密钥不对：请从“应用设置 → 基本”重新复制 / The app secret does not fit: copy it again from App settings, Basic. ${problem}` };
    return { ok: true, detail: '应用密钥与令牌属于同一应用 / The app secret belongs to the app of the token.' };
  });
  await step('webhook', async () => {
    const heard = lastCall ? `上次回调 / last call ${lastCall.toISOString()}` : '还没有收到过 Meta 的回调 / Meta has not called yet';
    if (!wabaId) return { ok: lastCall !== null, detail: `${heard}. 请填写 WhatsApp 商业账号编号以检查订阅 / Fill in the WhatsApp Business Account ID to check the subscription.` };
    const apps = list((await graph.get(`${wabaId}/subscribed_apps`))['data']).map((app) => firstWords(object(object(app)['whatsapp_business_api_data'])['name'], object(app)['name'], '?'));
    if (apps.length === 0) return { ok: false, detail: '没有应用订阅此账号：在渠道页面点击“订阅回调” / No app is subscribed to this account: press "Subscribe" on the channel page.' };
    return { ok: true, detail: `${apps.join(', ')}; ${heard}` };
  });
  return checks;
}
