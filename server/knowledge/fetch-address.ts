/** Reads one address of the web: only public ones, checked again at each redirect, within a size and a time. */
import type { IncomingMessage } from 'node:http';
import type { Resolve } from '../../connectors/wire/address.ts';
import { bytesWithin } from '../../connectors/wire/capped.ts';
import { ask, PrivateAddress, unpacked, type Reachable } from '../../connectors/wire/reach.ts';
import { tooLarge, Trouble } from './trouble.ts';

/** What may be reached besides public addresses; `resolve`, `timeoutMs` and `most` are for tests. */
export type Reach = { privateHosts: readonly string[]; resolve?: Resolve; timeoutMs?: number; most?: number };

/** `url` is where it was found in the end. */
export type Fetched = { bytes: Buffer; url: string; type: string };

const MOST_HOPS = 5;
const megabyte = 1024 * 1024;

/** Throws a Trouble that says what to do. */
export async function fetchAddress(address: string, { privateHosts, resolve, timeoutMs = 30_000, most = 20 * megabyte }: Reach, stopping: AbortSignal): Promise<Fetched> {
  const late = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([late, stopping]);
  let url = new URL(address);
  try {
    for (let hops = 0; hops <= MOST_HOPS; hops += 1) {
      const response = await read(url, { privateHosts, resolve }, signal);
      const status = response.statusCode ?? 0;
      if (status >= 300 && status < 400 && response.headers.location) {
        response.destroy();
        url = target(response.headers.location, url);
        continue;
      }
      if (status < 200 || status >= 300) {
        response.destroy();
        throw refused(status, url.host);
      }
      const bytes = await bytesWithin(unpacked(response), most);
      if (!bytes) {
        response.destroy();
        throw tooLarge(Math.max(1, Math.floor(most / megabyte)));
      }
      return { bytes, url: url.href, type: response.headers['content-type'] ?? '' };
    }
  } catch (error) {
    if (error instanceof Trouble || stopping.aborted) throw error;
    if (late.aborted) throw new Trouble(`${url.host} 在 ${timeoutMs / 1000} 秒内没有答复完：请稍后重试，或检查该网站。`, `${url.host} did not answer within ${timeoutMs / 1000} seconds: try again later, or look at that site.`, { again: true, cause: error });
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOTFOUND') throw new Trouble(`找不到 ${url.host}：请检查地址。`, `There is no ${url.host}: check the address.`, { again: true, cause: error });
    throw new Trouble(`无法读取 ${url.host}（${code}）：请检查该网站能否打开。`, `${url.host} could not be read (${code}): check that the site opens.`, { again: true, cause: error });
  }
  throw new Trouble(`重定向超过 ${MOST_HOPS} 次：请填写最终地址。`, `It redirects more than ${MOST_HOPS} times: give the final address.`);
}

const headers = { accept: 'text/html,application/xhtml+xml,text/markdown,text/plain,application/xml,application/pdf,*/*;q=0.5' };

async function read(url: URL, reachable: Reachable, signal: AbortSignal): Promise<IncomingMessage> {
  try {
    return await ask(url, reachable, { headers }, signal);
  } catch (error) {
    if (!(error instanceof PrivateAddress)) throw error;
    throw new Trouble(`${url.host} 是内网地址，不会读取：请上传文件，或由管理员在 HUB_KNOWLEDGE_PRIVATE_HOSTS 中允许该主机。`, `${url.host} is inside a private network and is not read: upload the file, or have the operator allow this host in HUB_KNOWLEDGE_PRIVATE_HOSTS.`, { cause: error });
  }
}

function target(location: string, from: URL): URL {
  const url = URL.canParse(location, from.href) ? new URL(location, from) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') throw new Trouble('重定向到无法读取的地址：请填写最终地址。', 'It redirects to something that is no web address: give the final address.');
  return url;
}

function refused(status: number, host: string): Trouble {
  if (status === 404 || status === 410) return new Trouble(`页面不存在（${status}）：请检查地址，或删除此文档。`, `The page is not there (${status}): check the address, or delete this document.`);
  if (status === 401 || status === 403) return new Trouble(`${host} 不允许读取此页（${status}）：请公开该页，或上传文件。`, `${host} does not let us read this page (${status}): make it public, or upload the file.`);
  if (status === 429) return new Trouble(`${host} 要求放慢访问（429）：稍后会自动重试。`, `${host} asks us to slow down (429): it will be tried again.`, { again: true });
  return new Trouble(`${host} 返回错误 ${status}：请检查该网站。`, `${host} answered with the error ${status}: look at that site.`, { again: status >= 500 || status === 408 });
}
