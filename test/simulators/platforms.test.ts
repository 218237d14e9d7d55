/** Played platforms stand beside a hub that others can reach. */
import { expect, it } from 'vitest';
import { platforms } from './platforms.ts';

it('a played WhatsApp signs with a secret of its own: who has read our code cannot speak as its customers', async () => {
  const start = platforms['whatsapp-cloud'];
  if (!start) throw new Error('nobody plays it');
  const played = async (before: Record<string, unknown>) => (await start(() => undefined, before)).config;
  const [one, other] = [await played({}), await played({})];
  const published = (await played({ appSecret: 'simulated-app-secret', accessToken: 'EAAG-simulated-token' }));
  expect(new Set([one['appSecret'], other['appSecret'], published['appSecret'], 'simulated-app-secret']).size).toBe(4);
  expect(String(one['appSecret']).length).toBeGreaterThanOrEqual(32);
  expect(await played(one)).toMatchObject({ appSecret: one['appSecret'], accessToken: one['accessToken'] });
});
