/** One request of a tool: to public addresses only, no redirects, JSON within a size and a time. */
import type { IncomingMessage } from 'node:http';
import { bytesWithin } from '../../connectors/wire/capped.ts';
import { isTooDeep } from '../../connectors/wire/nesting.ts';
import { ask, PrivateAddress, unpacked, type Reachable } from '../../connectors/wire/reach.ts';
import { bodyWith, placesIn, urlWith } from './rules/template.ts';
import type { ToolDefinition, Value } from './schema.ts';
import { ToolTrouble } from './trouble.ts';

const MOST = 256 * 1024;
const DEEPEST = 40;

export type HttpTool = Extract<ToolDefinition['run'], { kind: 'http' }>;
/** What goes out; headers with their secrets in the clear: for the wire alone. */
export type Outgoing = { method: string; url: string; headers: Record<string, string>; body?: string };
/** `json` is null where there was nothing to read. */
export type Answered = { status: number; json: unknown };

/** The request with its values. Throws Unfit where a value cannot stand in the address. */
export function outgoing({ method, url, headers, body }: HttpTool, values: Readonly<Record<string, Value>>): Outgoing {
  const sent = body === '' ? undefined : bodyWith(body, values);
  return {
    method, url: urlWith(url, Object.fromEntries(placesIn(url).flatMap(name => (values[name] === undefined ? [] : [[name, values[name]]])))),
    headers: { accept: 'application/json', ...(sent === undefined ? {} : { 'content-type': 'application/json' }), ...Object.fromEntries(headers.map(each => [each.name.toLowerCase(), each.value])) },
    ...(sent === undefined ? {} : { body: sent }),
  };
}

/** Sends it. 404 and 410 come back; everything else that is no success is a ToolTrouble. */
export async function send({ method, url, headers, body }: Outgoing, reachable: Reachable, timeoutMs: number, stopping: AbortSignal): Promise<Answered> {
  const late = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([late, stopping]);
  const target = new URL(url);
  const { host } = target;
  try {
    const response = await ask(target, reachable, { method, headers, body }, signal);
    try {
      return await read(response, host);
    } finally {
      response.destroy();
    }
  } catch (error) {
    if (error instanceof ToolTrouble) throw error;
    if (error instanceof PrivateAddress) throw new ToolTrouble(`${host} 是内网地址，不会访问：由管理员在 HUB_KNOWLEDGE_PRIVATE_HOSTS 中允许该主机。`, `${host} is inside a private network and is not called: have the operator allow this host in HUB_KNOWLEDGE_PRIVATE_HOSTS.`, { sent: false, cause: error });
    if (late.aborted) throw new ToolTrouble(`${host} 在 ${timeoutMs} 毫秒内没有答复：请检查该系统，或延长时限。`, `${host} did not answer within ${timeoutMs} ms: look at that system, or give it more time.`, { cause: error });
    const code = error instanceof Error && 'code' in error ? String(error.code) : error instanceof Error ? error.name : 'error';
    throw new ToolTrouble(`无法访问 ${host}（${code}）：请检查地址与该系统。`, `${host} could not be reached (${code}): check the address and that system.`, { sent: !/ENOTFOUND|ECONNREFUSED|EAI_AGAIN/.test(code), cause: error });
  }
}

async function read(response: IncomingMessage, host: string): Promise<Answered> {
  const status = response.statusCode ?? 0;
  if (status === 404 || status === 410) return { status, json: null };
  if (status >= 300 && status < 400) throw new ToolTrouble(`${host} 重定向到别处（${status}）：不会跟随，请填写最终地址。`, `${host} redirects (${status}), which is not followed: give the final address.`, { status });
  if (status === 401 || status === 403) throw new ToolTrouble(`${host} 拒绝了我们的密钥（${status}）：请检查请求头。`, `${host} refused our credentials (${status}): check the headers.`, { status, sent: false });
  if (status === 400 || status === 422) throw new ToolTrouble(`${host} 不接受这些值（${status}）：请检查格式与请求。`, `${host} does not take these values (${status}): check their form and the request.`, { status, sent: false });
  if (status < 200 || status >= 300) throw new ToolTrouble(`${host} 返回错误 ${status}：请检查该系统。`, `${host} answered with the error ${status}: look at that system.`, { status, sent: status !== 429 });
  const bytes = await bytesWithin(unpacked(response), MOST);
  if (!bytes) throw new ToolTrouble(`${host} 的答复超过 ${MOST / 1024} KB：请改用更窄的接口。`, `${host} answered with more than ${MOST / 1024} KB: use a narrower address.`, { status });
  if (bytes.length === 0) return { status, json: null };
  if (!/\bjson\b/i.test(response.headers['content-type'] ?? '') || isTooDeep(bytes, DEEPEST)) throw new ToolTrouble(`${host} 的答复不是 JSON：请填写接口地址，而不是网页。`, `${host} did not answer with JSON: give the address of its API, not of a page.`, { status });
  try {
    const json: unknown = JSON.parse(bytes.toString('utf8'));
    return { status, json };
  } catch (error) {
    throw new ToolTrouble(`${host} 的 JSON 不完整：请检查该系统。`, `The JSON of ${host} is broken: look at that system.`, { status, cause: error });
  }
}
