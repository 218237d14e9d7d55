/** Which addresses a reply may go to, in every spelling. */
import { describe, expect, it } from 'vitest';
import { isPrivate, pinned } from '../wire/address.ts';
import { allowedAddresses } from './address.ts';

const answer = (...addresses: string[]) => async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
const outcome = async (url: string, allowPrivate: boolean, ...addresses: string[]): Promise<string> =>
  allowedAddresses(new URL(url), allowPrivate, answer(...addresses)).then((list) => list.map(({ address }) => address).join(), (error: Error) => error.message);

it('knows the inside from the outside', () => {
  for (const inside of [
    '127.0.0.1', '127.9.9.9', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '224.0.0.1', '255.255.255.255', '198.18.0.1',
    '::', '::1', 'fe80::1', 'fe80::1%eth0', 'fd00::1', 'fec0::1', 'ff02::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:169.254.169.254', '::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::7f00:1', '2002:7f00:1::', '2001:0:1::', '2001:db8::1', 'localhost', '', '1',
  ]) expect(isPrivate(inside), inside).toBe(true);
  for (const outside of ['8.8.8.8', '172.32.0.1', '100.128.0.1', '192.0.3.1', '2606:4700::1111', '2a00:1450:4001::8a', '::ffff:8.8.8.8']) expect(isPrivate(outside), outside).toBe(false);
});

describe('allowedAddresses', () => {
  it('refuses a name when any of its addresses is inside', async () => {
    expect(await outcome('https://crm.example/', false, '8.8.8.8', '2606:4700::1111')).toBe('8.8.8.8,2606:4700::1111');
    expect(await outcome('https://crm.example/', false, '8.8.8.8', '10.0.0.1')).toContain('turn on allowPrivateReplyUrl');
    expect(await outcome('https://crm.example/', false)).toContain('has no address');
    expect(await outcome('https://crm.example/', true, '10.0.0.1')).toBe('10.0.0.1');
  });

  it('sees through spellings of an address', async () => {
    for (const host of ['127.1', '2130706433', '0x7f000001', '0177.0.0.1', '0', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254', '[fe80::1]', '１２７.0.0.1']) {
      expect(await outcome(`https://${host}/`, false, '8.8.8.8'), host).toContain('private network');
    }
  });

  it('takes plain http to the inside only', async () => {
    expect(await outcome('http://crm.example/', true, '8.8.8.8')).toContain('use https');
    expect(await outcome('http://crm.example/', true, '8.8.8.8', '10.0.0.1')).toContain('use https');
    expect(await outcome('http://crm.internal/', true, '10.0.0.1')).toBe('10.0.0.1');
  });
});

it('a pinned resolver answers with what was checked, whatever is asked', () => {
  const lookup = pinned([{ address: '8.8.8.8', family: 4 }, { address: '8.8.4.4', family: 4 }]);
  const answers: unknown[] = [];
  lookup('rebound.example', { all: true }, (_error, list) => answers.push(list));
  lookup('rebound.example', {}, (_error, address, family) => answers.push([address, family]));
  expect(answers).toEqual([[{ address: '8.8.8.8', family: 4 }, { address: '8.8.4.4', family: 4 }], ['8.8.8.8', 4]]);
});
