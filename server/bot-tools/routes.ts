import { z } from 'zod';
import { route } from '../http/route.ts';
import { Problem } from '../problem.ts';
import { changeTool, createTool, testTool, shownTool } from './edit.ts';
import { approveTool, lookAtServer, shownServer, useOffered, withSecrets } from './servers.ts';
import { ApproveInput, McpServerInput, TestInput, ToolDefinition, UseInput } from './schema.ts';

const none = () => new Problem('not-found', { 'zh-CN': '没有这个工具。', en: 'There is no such tool.' });
const noServer = () => new Problem('not-found', { 'zh-CN': '没有这个 MCP 服务器。', en: 'There is no such MCP server.' });
const id = z.string().regex(/^[0-9a-f]{24}$/, 'an id is 24 hex digits');
const Calls = z.strictObject({ toolId: id.optional(), cursor: id.optional(), limit: z.coerce.number().int().min(1).max(100).default(50) });

export const botToolRoutes = [
  route('supervisor', { method: 'get', path: '/bot-tools', summary: 'Tools of the bot; secret headers are empty', run: async ({ hub }) => ({ items: (await hub.store.botTools.list()).map(shownTool) }) }),
  route('admin', { method: 'post', path: '/bot-tools', summary: 'Describe a tool', body: ToolDefinition, status: 201, run: async ({ hub, body }) => shownTool(await createTool(hub, body)) }),
  route('supervisor', {
    method: 'get', path: '/bot-tools/calls', summary: 'What was called, newest first; personal values are masked', query: Calls,
    async run({ hub, query: { toolId, cursor, limit } }) {
      const found = await hub.store.botTools.calls({ toolId, before: cursor, limit: limit + 1 });
      const items = found.slice(0, limit);
      return { items, ...(found.length > limit ? { next: items.at(-1)?.id } : {}) };
    },
  }),
  route('admin', {
    method: 'put', path: '/bot-tools/:id', summary: 'Change a tool; an empty secret stays as it is, unless the host changes', body: ToolDefinition,
    async run({ hub, params, body }) {
      const tool = await hub.store.botTools.get(params['id'] ?? '');
      if (!tool) throw none();
      return shownTool(await changeTool(hub, tool, body));
    },
  }),
  route('admin', {
    method: 'delete', path: '/bot-tools/:id', summary: 'The bot forgets a tool',
    async run({ hub, params }) { if (!await hub.store.botTools.remove(params['id'] ?? '')) throw none(); },
  }),
  route('admin', {
    method: 'post', path: '/bot-tools/:id/test', summary: 'Use a tool now: the request, the answer, and what the bot would see and say', body: TestInput,
    async run({ hub, params, body, caller }) {
      const tool = await hub.store.botTools.get(params['id'] ?? '');
      if (!tool) throw none();
      return await testTool(hub, tool, body, caller);
    },
  }),
  route('admin', {
    method: 'post', path: '/bot-tools/:id/approve', summary: 'Take a tool as its MCP server describes it now', body: ApproveInput,
    async run({ hub, params, body }) {
      const tool = await hub.store.botTools.get(params['id'] ?? '');
      if (!tool) throw none();
      return shownTool(await approveTool(hub, tool, body.hash));
    },
  }),
  route('supervisor', { method: 'get', path: '/mcp-servers', summary: 'MCP servers, and what they offered when last looked at', run: async ({ hub }) => ({ items: (await hub.store.botTools.servers()).map(shownServer) }) }),
  route('admin', {
    method: 'post', path: '/mcp-servers', summary: 'Add an MCP server (streamable HTTP) and look at it', body: McpServerInput, status: 201,
    run: async ({ hub, body }) => shownServer(await lookAtServer(hub, await hub.store.botTools.addServer(withSecrets(body)))),
  }),
  route('admin', {
    method: 'put', path: '/mcp-servers/:id', summary: 'Change an MCP server; an empty secret stays as it is, unless the host changes', body: McpServerInput,
    async run({ hub, params, body }) {
      const server = await hub.store.botTools.server(params['id'] ?? '');
      const changed = server && await hub.store.botTools.changeServer(server.id, withSecrets(body, server));
      if (!changed) throw noServer();
      return shownServer(await lookAtServer(hub, changed));
    },
  }),
  route('admin', {
    method: 'post', path: '/mcp-servers/:id/look', summary: 'Look at what it offers now', body: z.strictObject({}).optional(),
    async run({ hub, params }) {
      const server = await hub.store.botTools.server(params['id'] ?? '');
      if (!server) throw noServer();
      return shownServer(await lookAtServer(hub, server));
    },
  }),
  route('admin', {
    method: 'post', path: '/mcp-servers/:id/use', summary: 'Make a tool of one it offers: off, to be read and completed', body: UseInput, status: 201,
    async run({ hub, params, body }) {
      const server = await hub.store.botTools.server(params['id'] ?? '');
      if (!server) throw noServer();
      return shownTool(await useOffered(hub, server, body.tool));
    },
  }),
  route('admin', {
    method: 'delete', path: '/mcp-servers/:id', summary: 'Forget an MCP server that no tool stands on',
    async run({ hub, params }) {
      const serverId = params['id'] ?? '';
      if ((await hub.store.botTools.list()).some(({ run }) => run.kind === 'mcp' && run.serverId === serverId)) throw new Problem('conflict', { 'zh-CN': '仍有工具使用该服务器：请先删除这些工具。', en: 'Tools of this server are in use: delete them first.' });
      if (!await hub.store.botTools.removeServer(serverId)) throw noServer();
    },
  }),
];
