/**
 * What of a tool a release decides, and what is decided now.
 *
 * A release keeps what the bot does and says with a tool. Leave is never kept: at each use the tool must be there, be on, not be suspended, stand at the host (or on the server, in the version)
 * it was released with, and its secrets are today's. So switching a tool off acts at once in every release, and no release brings back a secret or a permission that was taken away. Of what protects
 * a customer the stricter counts: the surer proof, the yes before a change, the owner who is asked for today.
 *
 * Nor does a release bring back what the tool was tightened against since. What is an address of the contact today is never what a customer says; what they say must fit the form and the choices of both,
 * and is required where either requires it; a field is said only if its path may be said today; a plain header that is gone is not sent. Where the two do not go together (the release does not send that
 * address, an input is of another kind, no choice or no field is left) the tool is not used until the next release. The path, the body, the values of plain headers and which things customers are
 * asked for are the release's.
 */
import { Identity, type InputNow, type PinnedTool, type StoredTool, type ToolDefinition, type ToolInput, type Withdrawn } from '../schema.ts';
import { stepsOf } from './paths.ts';
import { partsOf, placesIn } from './template.ts';

type Run = ToolDefinition['run'];
const withoutSecrets = (run: Run): Run => (run.kind === 'http' ? { ...run, headers: run.headers.map(each => (each.secret ? { ...each, value: '' } : each)) } : run);

/** A tool as a release keeps it. @param server address of its MCP server */
export function pinned(tool: StoredTool, server: string | undefined): PinnedTool {
  const { on: _on, createdAt: _made, updatedAt: _changed, approved: _approved, suspended: _suspended, owner, ...rest } = tool;
  return { ...rest, run: withoutSecrets(tool.run), ...(owner ? { owner } : {}), ...(server === undefined ? {} : { server }) };
}

const hostOf = (url: string): string => partsOf(url).origin.toLowerCase();

/** The request with today's secrets and without plain headers that are gone; what went elsewhere, or whose secret is gone, is none. */
function runNow(was: Run, is: Run): Run | Withdrawn {
  if (was.kind === 'mcp') return is.kind === 'mcp' && is.serverId === was.serverId && is.tool === was.tool && is.hash === was.hash ? was : 'moved';
  if (is.kind !== 'http' || hostOf(was.url) !== hostOf(is.url)) return 'moved';
  const secrets = new Map(is.headers.filter(({ secret }) => secret).map(({ name, value }) => [name.toLowerCase(), value]));
  if (was.headers.some(({ name, secret }) => secret && !secrets.has(name.toLowerCase()))) return 'secret';
  const names = new Set(is.headers.map(({ name }) => name.toLowerCase()));
  const headers = was.headers.filter(({ name }) => names.has(name.toLowerCase()));
  return { ...was, headers: headers.map((each) => { const value = secrets.get(each.name.toLowerCase()); return value === undefined ? each : { ...each, value, secret: true }; }) };
}

/** An MCP server is sent all inputs, an HTTP one those that have a place. */
const sends = (run: Run, name: string): boolean => run.kind === 'mcp' || [run.url, run.body].some(text => placesIn(text).includes(name));

/** What a customer may say then and now; null where nothing fits both. */
function saidInput(was: InputNow, is: ToolInput): InputNow | null {
  const { pattern = is.pattern, also: _also, ...rest } = was;
  if (was.type !== is.type) return is.type === 'text' && is.pattern === undefined ? was : null;
  if (was.type === 'text') return { ...rest, ...(pattern === undefined ? {} : { pattern }), ...(is.pattern === undefined || is.pattern === pattern ? {} : { also: is.pattern }) };
  if (was.type !== 'choice') return was;
  const choices = (was.choices ?? []).filter(({ value }) => is.choices?.some(each => each.value === value));
  return choices.length > 0 ? { ...was, choices } : null;
}

function inputNow(was: InputNow, is: ToolInput | undefined): InputNow | null {
  if (!is) return was;
  const input: InputNow = { ...was, required: was.required || is.required };
  if (is.from === 'contact') return { ...input, type: 'text', from: 'contact', ...(is.fact === undefined ? {} : { fact: is.fact }) };
  return was.from === 'contact' ? input : saidInput(input, is);
}

/** The inputs as they may be used now; null where a proven address of today would not be sent, or an input fits no more. */
function inputsNow(tool: Pick<StoredTool, 'inputs' | 'run'>, live: Pick<StoredTool, 'inputs' | 'run'>): InputNow[] | null {
  const today = new Map(live.inputs.map(input => [input.name, input]));
  const unsent = live.inputs.some(({ name, from }) => from === 'contact' && (!tool.inputs.some(input => input.name === name) || (sends(live.run, name) && !sends(tool.run, name))));
  const inputs = tool.inputs.flatMap(was => inputNow(was, today.get(was.name)) ?? []);
  return unsent || inputs.length < tool.inputs.length ? null : inputs;
}

/** One path may be written in several ways. */
const placeOf = (path: string): string => JSON.stringify(stepsOf(path));

const LEVELS = Identity.options;

/** The tool as it may be used now, or why it may not. @param live as it stands now  @param server address of its MCP server now */
export function usable(tool: PinnedTool | StoredTool, live: StoredTool | null | undefined, server: string | undefined): StoredTool | Withdrawn {
  if (!live) return 'gone';
  if (!live.on) return 'off';
  if (live.suspended) return 'suspended';
  if ('server' in tool && tool.server !== undefined && tool.server !== server) return 'moved';
  const run = runNow(tool.run, live.run);
  if (typeof run === 'string') return run;
  const inputs = inputsNow(tool, live);
  const places = new Set(live.outputs.map(({ path }) => placeOf(path)));
  const outputs = tool.outputs.filter(({ path }) => places.has(placeOf(path)));
  if (!inputs || (tool.effect === 'read' && tool.outputs.length > 0 && outputs.length === 0)) return 'tightened';
  const owner = live.owner ?? tool.owner;
  const { owner: _owner, ...rest } = tool;
  return {
    ...rest, run, inputs, outputs, createdAt: live.createdAt, updatedAt: live.updatedAt, on: true,
    identity: LEVELS[Math.max(LEVELS.indexOf(tool.identity), LEVELS.indexOf(live.identity))] ?? 'verified',
    effect: live.effect === 'write' ? 'write' : tool.effect, ...(owner ? { owner } : {}),
  };
}
