/** A person agrees at the provider's own page that we read and send their mail (authorization code with PKCE, RFC 6749 and 7636). */
import { ConnectorError, type Authorization } from '../connector.ts';
import { EmailConfig } from './manifest.ts';
import { askForToken, providerOf } from './oauth-provider.ts';

/** Where the browser goes, and what the code it comes back with is worth. */
export const authorization: Authorization = {
  page(given, { redirectUri, state, challenge }) {
    const config = EmailConfig.parse(given);
    const { pageUrl, tokenUrl, scope, extra } = providerOf(config);
    const missing = [...(pageUrl === '' ? ['oauthPageUrl'] : []), ...(tokenUrl === '' ? ['oauthUrl'] : []), ...(config.clientId === '' ? ['clientId'] : [])];
    if (missing.length > 0) throw new ConnectorError('rejected', { 'zh-CN': `请先在设置中填写：${missing.join('、')}`, en: `Fill in first, in the settings: ${missing.join(', ')}` });
    const page = new URL(pageUrl);
    const asked = { ...extra, response_type: 'code', client_id: config.clientId, redirect_uri: redirectUri, state, code_challenge: challenge, code_challenge_method: 'S256', login_hint: config.imapUser, ...(scope && { scope }) };
    for (const [name, value] of Object.entries(asked)) page.searchParams.set(name, value);
    return page.href;
  },
  async redeem(given, { code, verifier, redirectUri, issuer }) {
    const config = EmailConfig.parse(given);
    // RFC 9207: an answer that another server claims to have given must not be taken to this one.
    if (issuer !== undefined && (!URL.canParse(issuer) || new URL(issuer).host !== new URL(providerOf(config).pageUrl).host)) throw new ConnectorError('rejected', { 'zh-CN': '授权应答来自另一台服务器，未被接受。', en: 'The answer comes from another sign-in server and was not taken.' });
    const granted = await askForToken(config, { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier });
    if (granted.refresh_token === undefined) throw new ConnectorError('rejected', { 'zh-CN': '登录服务器没有给出长期授权（刷新令牌）：请在其应用设置中允许离线访问，然后重试。', en: 'The sign-in server gave no lasting permission (refresh token): allow offline access in its settings of the application, then try again.' });
    return { auth: 'oauth2', refreshToken: granted.refresh_token };
  },
};
