/**
 * What of a tool a release decides, and what is decided now.
 *
 * A release keeps what the bot does and says with a tool. Leave is never kept: at each use the tool must be there, be on, not be suspended, stand at the host (or on the server, in the version)
 * it was released with, and its secrets are today's. So switching a tool off acts at once in every release, and no release brings back a secret or a permission that was taken away. Of what protects
 * a customer the stricter counts: the surer proof, the yes before a change, the owner who is asked for today.
 */
import { Identity, type PinnedTool, type StoredTool, type ToolDefinition, type Withdrawn } from '../schema.ts';
import { partsOf } from './template.ts';

type Run = ToolDefinition['run'];
const withoutSecrets = (run: Run): Run => (run.kind === 'http' ? { ...run, headers: run.headers.map(each => (each.secret ? { ...each, value: '' } : each)) } : run);

/** A tool as a release keeps it. @param server address of its MCP server */
export function pinned(tool: StoredTool, server: string | undefined): PinnedTool {
  const { on: _on, createdAt: _made, updatedAt: _changed, approved: _approved, suspended: _suspended, owner, ...rest } = tool;
  return { ...rest, run: withoutSecrets(tool.run), ...(owner ? { owner } : {}), ...(server === undefined ? {} : { server }) };
}

const hostOf = (url: string): string => partsOf(url).origin.toLowerCase();

/** The request with today's secrets; what went elsewhere, or whose secret is gone, is none. */
function runNow(was: Run, is: Run): Run | Withdrawn {
  if (was.kind === 'mcp') return is.kind === 'mcp' && is.serverId === was.serverId && is.tool === was.tool && is.hash === was.hash ? was : 'moved';
  if (is.kind !== 'http' || hostOf(was.url) !== hostOf(is.url)) return 'moved';
  const secrets = new Map(is.headers.filter(({ secret }) => secret).map(({ name, value }) => [name.toLowerCase(), value]));
  if (was.headers.some(({ name, secret }) => secret && !secrets.has(name.toLowerCase()))) return 'secret';
  return { ...was, headers: was.headers.map((each) => { const value = secrets.get(each.name.toLowerCase()); return value === undefined ? each : { ...each, value, secret: true }; }) };
}

const LEVELS = Identity.options;

/** The tool as it may be used now, or why it may not. @param live as it stands now  @param server address of its MCP server now */
export function usable(tool: PinnedTool | StoredTool, live: StoredTool | null | undefined, server: string | undefined): StoredTool | Withdrawn {
  if (!live) return 'gone';
  if (!live.on) return 'off';
  if (live.suspended) return 'suspended';
  if ('server' in tool && tool.server !== undefined && tool.server !== server) return 'moved';
  const run = runNow(tool.run, live.run);
  if (typeof run === 'string') return run;
  const owner = live.owner ?? tool.owner;
  const { owner: _owner, ...rest } = tool;
  return {
    ...rest, run, createdAt: live.createdAt, updatedAt: live.updatedAt, on: true,
    identity: LEVELS[Math.max(LEVELS.indexOf(tool.identity), LEVELS.indexOf(live.identity))] ?? 'verified',
    effect: live.effect === 'write' ? 'write' : tool.effect, ...(owner ? { owner } : {}),
  };
}
