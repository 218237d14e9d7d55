/** Connecting a mailbox at its provider's page, in the browser: agreed, refused, lost and connected again. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startOAuthSimulator, type OAuthSimulator } from '../simulators/oauth.ts';
import { violations } from './chromium.ts';
import { openHouse, type House } from './house.ts';

let house: House;
let platform: OAuthSimulator;
beforeAll(async () => {
  [house, platform] = await Promise.all([openHouse('authorization'), startOAuthSimulator()]);
  platform.redirects.add(`${house.server.url}/oauth/callback`);
});
afterEach((story) => house.leave(story));
afterAll(async () => {
  await house?.stop();
  await platform?.close();
});

const words = {
  'zh-CN': { connect: '通过服务商连接', again: '重新通过服务商连接', connected: '账号已连接。', denied: '未在服务商页面上同意授权，设置没有改变。' },
  en: { connect: 'Connect with the provider', again: 'Connect with the provider again', connected: 'The account is connected.', denied: 'Nobody agreed at the provider\'s page. Nothing was changed.' },
};

test.each(['zh-CN', 'en'] as const)('from the channel\'s page to the provider and back, in %s', async (locale) => {
  const { id } = (await house.server.api('POST', '/channels', { kind: 'email', name: 'Support', config: {
    address: 'support@hub.test', imapHost: '127.0.0.1', imapPort: 9, imapUser: 'support@hub.test', smtpHost: '127.0.0.1', smtpPort: 9, auth: 'oauth2',
    oauthPageUrl: platform.pageUrl, oauthUrl: platform.tokenUrl, clientId: platform.clientId, clientSecret: platform.clientSecret,
  } })).as(z.looseObject({ id: z.string() }));
  const w = words[locale];
  const { page, wrong } = await house.sit(await house.hire({ name: 'Ada', locale, role: 'admin' }), `/settings/channels/${id}`);
  await page.getByText(`${house.server.url}/oauth/callback`).or(page.locator(`input[value="${house.server.url}/oauth/callback"]`)).first().waitFor();
  expect(await violations(page)).toEqual([]);

  platform.order({ consent: 'denies' });
  await page.getByRole('button', { name: w.connect, exact: true }).click();
  await page.getByText(w.denied).waitFor();

  platform.order({});
  await page.getByRole('button', { name: w.connect, exact: true }).click();
  await page.getByText(w.connected).waitFor();
  expect(new URL(page.url()).host).toBe(new URL(house.server.url).host);
  expect(page.url()).not.toMatch(/code=|state=/);

  // The mail server is not there in this story, so the way to connect again stands out.
  await page.getByRole('button', { name: w.again, exact: true }).waitFor();
  // The provider's page is a stranger that the person goes to.
  expect(wrong.filter((one) => !one.includes(`asked a stranger: ${platform.url}/authorize`))).toEqual([]);
});
