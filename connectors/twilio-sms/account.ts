/** The Twilio SDK, pointed at the configured address, with failures in our own words. */
import type { Twilio } from 'twilio';
import { refusal, silence } from './errors.ts';
import { twilioBase } from './manifest.ts';
import type { Config } from './manifest.ts';

/** One Twilio account: its REST client, and the check of its signatures. */
export type Account = {
  client: Twilio;
  /** True when this call was signed with our token for this full public address. A body that is no form is signed by its hash in the address. */
  signed(signature: string, url: string, form: Record<string, string | string[]> | string): boolean;
};

/** Loads the SDK. @param timeoutMs how long one call may take */
export async function openAccount({ accountSid, authToken, apiBase }: Config, timeoutMs = 15_000): Promise<Account> {
  const { default: twilio } = await import('twilio');

  const http = new twilio.RequestClient({ timeout: timeoutMs });
  const ask = http.request.bind(http);
  http.request = async (options) => {
    const asks = options.method === 'get';
    const { pathname, search } = new URL(options.uri);
    const uri = apiBase === twilioBase ? options.uri : `${apiBase.replace(/\/+$/, '')}${pathname}${search}`;
    const answer = await ask({ ...options, uri }).catch((error: unknown) => { throw silence(error, asks); });
    if (answer.statusCode >= 400) throw refusal(answer.statusCode, answer.body, answer.headers?.['retry-after'], asks);
    return answer;
  };
  const client = twilio(accountSid, authToken, { httpClient: http });
  return { client, signed: (signature, url, form) => (typeof form === 'string' ? twilio.validateRequestWithBody(authToken, signature, url, form) : twilio.validateRequest(authToken, signature, url, form)) };
}
