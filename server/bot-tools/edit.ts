/** An admin writes, changes and tries a tool. */
import type { Caller } from '../people/sign-in.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import type { Words } from '../conversations/schema.ts';
import { mayBeShown } from '../../bots/guard/injection.ts';
import { outgoing, type Answered } from './request.ts';
import { faultsOf } from './rules/definition.ts';
import { keptSecrets } from './rules/secrets.ts';
import { seenIn, type Seen } from './rules/result.ts';
import { GUARDS, useTool, type Asker, type Known } from './use.ts';
import type { StoredTool, TestInput, ToolDefinition } from './schema.ts';

const shownBytes = 8_000;

/** A tool as screens get it: nothing secret. */
export const shownTool = (tool: StoredTool): StoredTool => (tool.run.kind === 'http' ? { ...tool, run: { ...tool.run, headers: tool.run.headers.map(each => (each.secret ? { ...each, value: '' } : each)) } } : tool);

function checked(tool: ToolDefinition): ToolDefinition {
  const faults = faultsOf(tool);
  if (Object.keys(faults).length > 0) throw new Problem('invalid', { 'zh-CN': '请检查标出的字段。', en: 'Some fields need a look.' }, faults);
  return tool;
}

const taken = () => new Problem('conflict', { 'zh-CN': '已有同名的工具。', en: 'There is a tool of this name.' }, { name: 'is taken, choose another' });

/** Adds one. MCP tools come in by their server (servers.ts). */
export async function createTool(hub: Hub, body: ToolDefinition): Promise<StoredTool> {
  if (body.run.kind === 'mcp') throw new Problem('invalid', { 'zh-CN': 'MCP 工具请从服务器列表中添加。', en: 'Add a tool of an MCP server from its list.' }, { 'run.kind': 'comes from the server' });
  const tool = checked({ ...body, run: { ...body.run, headers: secretsOf(body.run, null) } });
  const made = await hub.store.botTools.create(tool, hub.now());
  if (!made) throw taken();
  return made;
}

type Http = Extract<ToolDefinition['run'], { kind: 'http' }>;
function secretsOf(run: Http, before: Http | null): Http['headers'] {
  const { headers, missing } = keptSecrets(run, before);
  if (missing.length > 0) throw new Problem('invalid', { 'zh-CN': '请重新填写密钥：目标主机变了，或从未填写。', en: 'Enter the secrets again: the host changed, or they were never entered.' }, Object.fromEntries(missing.map(at => [`run.headers.${at}.value`, 'enter it again: the host changed, or it was never entered'])));
  return headers;
}

/** Changes one; what it is for on an MCP server stays what was approved. */
export async function changeTool(hub: Hub, before: StoredTool, body: ToolDefinition): Promise<StoredTool> {
  if (before.run.kind !== body.run.kind) throw new Problem('invalid', { 'zh-CN': '工具的来源不能更改。', en: 'Where a tool stands cannot change.' }, { 'run.kind': `must be ${before.run.kind}` });
  const run = body.run.kind === 'http' ? { ...body.run, headers: secretsOf(body.run, before.run.kind === 'http' ? before.run : null) } : before.run;
  const changed = await hub.store.botTools.change(before.id, checked({ ...body, run }), hub.now());
  if (changed === 'taken') throw taken();
  if (!changed) throw new Problem('not-found', { 'zh-CN': '没有这个工具。', en: 'There is no such tool.' });
  return changed;
}

export type Tried = {
  request?: { method: string; url: string; headers: Record<string, string>; body?: string };
  response?: { status: number; body: string };
  seen: Seen[];
  says: string | null;
  outcome: string;
  detail?: Words;
  fields?: Record<string, string>;
};

/** Uses it as a customer with these proven addresses would, who said all of it and agreed. */
export async function testTool(hub: Hub, tool: StoredTool, { inputs, facts }: TestInput, caller: Caller): Promise<Tried> {
  const locale = 'locale' in caller && caller.locale === 'en' ? 'en' : 'zh-CN';
  let answered: Answered | undefined;
  let request: Tried['request'];
  const { world } = hub.botTools;
  const known = Object.entries(facts).map(([kind, value]) => ({ kind, value, evidence: 'otp' } satisfies Known));
  const asker: Asker = { conversationId: null, by: { kind: 'person', id: caller.id }, known, episode: [] };
  const guards = { ...GUARDS, wasSaid: () => true, agreed: () => ({ key: `test/${tool.id}/${hub.now().getTime()}/${hub.random()}` }) };
  let detail: Words | undefined;
  const outcome = await useTool(tool, asker, inputs, locale, {
    ...world,
    // It is tried before it is switched on.
    current: async offered => offered.suspended ? 'suspended' : offered,
    async send(used, values, key, stopping) {
      if (used.run.kind === 'http') request = masked(outgoing(used.run, values), used.run);
      answered = await world.send(used, values, key, stopping);
      return answered;
    },
    record: async (call) => {
      detail = call.detail;
      await world.record(call);
    },
  }, AbortSignal.any([hub.stopping, AbortSignal.timeout(10_000)]), guards);
  return {
    ...(request ? { request } : {}),
    ...(answered ? { response: { status: answered.status, body: JSON.stringify(answered.json, null, 2).slice(0, shownBytes) } } : {}),
    seen: answered ? seenIn(tool, answered.json, locale, mayBeShown) : [],
    says: outcome.kind === 'done' ? outcome.text : null,
    outcome: outcome.kind,
    ...(outcome.kind === 'invalid' ? { fields: outcome.fields } : {}),
    ...(detail === undefined ? {} : { detail }),
  };
}

function masked(request: NonNullable<Tried['request']>, run: Http): NonNullable<Tried['request']> {
  const secret = new Set(run.headers.filter(each => each.secret).map(({ name }) => name.toLowerCase()));
  return { ...request, headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, secret.has(name) ? '***' : value])) };
}
