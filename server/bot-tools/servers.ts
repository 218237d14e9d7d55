/** MCP servers: looked at, and their tools approved one by one. */
import { mayBeShown } from '../../bots/guard/injection.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { listTools } from './mcp.ts';
import { keptSecrets } from './rules/secrets.ts';
import type { McpServer, McpServerInput, OfferedTool, StoredTool } from './schema.ts';
import { describe, suspension } from './tools.ts';
import { ToolTrouble } from './trouble.ts';

/** A server as screens get it: nothing secret. `doubtful`: words that speak to the machine. */
export const shownServer = (server: McpServer) => ({
  ...server, headers: server.headers.map(each => (each.secret ? { ...each, value: '' } : each)),
  offered: server.offered.map(tool => ({ ...tool, doubtful: !mayBeShown(`${tool.title}\n${tool.description}`) })),
});

/** The input with the secrets that stay. */
export function withSecrets(body: McpServerInput, before: McpServer | null = null): McpServerInput {
  if (!/^https?:\/\/[^\s@\\/?#]+(?:[/?#]|$)/i.test(body.url) || !URL.canParse(body.url)) throw new Problem('invalid', { 'zh-CN': '请检查标出的字段。', en: 'Some fields need a look.' }, { url: 'is no address; write e.g. https://mcp.example.com/mcp, without a user name' });
  const { headers, missing } = keptSecrets(body, before);
  if (missing.length > 0) throw new Problem('invalid', { 'zh-CN': '请重新填写密钥：主机变了，或从未填写。', en: 'Enter the secrets again: the host changed, or they were never entered.' }, Object.fromEntries(missing.map(at => [`headers.${at}.value`, 'enter it again: the host changed, or it was never entered'])));
  return { ...body, headers };
}

/** Looks at what it offers now; a tool that is not what was approved is suspended. What goes wrong is kept with it, in words. */
export async function lookAtServer(hub: Hub, server: McpServer): Promise<McpServer> {
  const { botTools } = hub.store;
  try {
    const offered = await listTools(server, hub.botTools.reachable, hub.stopping);
    await botTools.seen(server.id, { offered, seenAt: hub.now() });
    for (const tool of await botTools.list()) {
      const { run } = tool;
      if (run.kind !== 'mcp' || run.serverId !== server.id) continue;
      const now = offered.find(({ name }) => name === run.tool);
      if (now?.hash !== run.hash) await botTools.suspend(tool.id, suspension(tool, now, hub.now()));
    }
  } catch (error) {
    if (!(error instanceof ToolTrouble)) throw error;
    await botTools.seen(server.id, { trouble: error.words });
  }
  return await botTools.server(server.id) ?? server;
}

const nameOf = (text: string): string => text.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`).replace(/[^a-z0-9]+/g, '_').replace(/^[^a-z]+/, '').slice(0, 34) || 'tool';

/** Makes a tool of an offered one. It is off, asks for consent and proof: the careful way, until an admin says otherwise. */
export async function useOffered(hub: Hub, server: McpServer, name: string): Promise<StoredTool> {
  const offered = server.offered.find(each => each.name === name);
  if (!offered || offered.unusable) throw new Problem('invalid', { 'zh-CN': '该服务器没有提供这个工具，或无法使用。', en: 'The server does not offer this tool, or it cannot be used.' }, { tool: 'choose one of the list' });
  const { title, description, inputs, hash } = offered;
  const safe = mayBeShown(`${title}\n${description}`);
  for (let round = 1; round < 20; round += 1) {
    const made = await hub.store.botTools.create({
      name: round === 1 ? nameOf(name) : `${nameOf(name)}_${round}`, title: { 'zh-CN': safe ? title : name, en: safe ? title : name }, description: safe ? description.slice(0, 500) : '', when: '', examples: [],
      inputs, run: { kind: 'mcp', serverId: server.id, tool: name, hash }, effect: 'write', identity: 'vouched', outputs: [{ name: 'result', path: 'text', label: { 'zh-CN': '结果', en: 'Result' } }],
      say: { 'zh-CN': '', en: '' }, timeoutMs: 3_000, example: '', on: false,
    }, hub.now(), describe(offered));
    if (made) return made;
  }
  throw new Problem('conflict', { 'zh-CN': '已有太多同名的工具。', en: 'There are too many tools of this name.' });
}

/** Takes a suspended tool as it is now; `hash` says which version was read. */
export async function approveTool(hub: Hub, tool: StoredTool, hash: string): Promise<StoredTool> {
  const { run } = tool;
  const server = run.kind === 'mcp' ? await hub.store.botTools.server(run.serverId) : null;
  if (run.kind !== 'mcp' || !server) throw new Problem('invalid', { 'zh-CN': '只有 MCP 服务器的工具需要审核。', en: 'Only tools of an MCP server are approved.' });
  const now: OfferedTool | undefined = (await lookAtServer(hub, server)).offered.find(each => each.name === run.tool);
  if (!now || now.hash !== hash || now.unusable) throw new Problem('conflict', { 'zh-CN': '该工具又变了，或已不再提供：请重新查看。', en: 'The tool changed again, or is offered no more: look again.' });
  // What an admin wrote of an input stays, as long as there is such an input.
  const inputs = now.inputs.map(input => tool.inputs.find(({ name, type }) => name === input.name && (type === input.type)) ?? input);
  const approved = await hub.store.botTools.approve(tool.id, { run: { ...run, hash: now.hash }, inputs }, describe(now), hub.now());
  if (!approved) throw new Problem('not-found', { 'zh-CN': '没有这个工具。', en: 'There is no such tool.' });
  return approved;
}
