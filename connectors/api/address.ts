/** Which addresses a reply may go to. */
import type { LookupAddress } from 'node:dns';
import { ConnectorError } from '../connector.ts';
import { addressesOf, isPrivate } from '../wire/address.ts';
import type { Resolve } from '../wire/address.ts';

/** Resolves once and refuses unless every address may be used; plain http is only for the inside, where it was allowed. */
export async function allowedAddresses(url: URL, allowPrivate: boolean, resolve?: Resolve): Promise<LookupAddress[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = await addressesOf(url, resolve);
  if (addresses.length === 0) throw new ConnectorError('unreachable', { 'zh-CN': `${host} 没有地址：请检查 replyUrl`, en: `${host} has no address: check replyUrl` });
  if (!allowPrivate && addresses.some(({ address }) => isPrivate(address))) {
    throw new ConnectorError('rejected', { 'zh-CN': `${host} 是内网地址：若确需如此，请打开 allowPrivateReplyUrl`, en: `${host} is an address inside a private network: turn on allowPrivateReplyUrl if that is meant` });
  }
  if (url.protocol === 'http:' && !addresses.every(({ address }) => isPrivate(address))) {
    throw new ConnectorError('rejected', { 'zh-CN': `${host} 是公网地址：请使用 https`, en: `${host} is a public address: use https` });
  }
  return addresses;
}
