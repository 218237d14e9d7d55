/** What differs between the tools of two releases, part by part. */
import type { PinnedTool, ToolChange, ToolPart } from '../schema.ts';

type Part = { of: unknown; line?: string };
const field = (name: string, value: string): string => (value === '' ? '' : `${name}: ${value}`);

/** The parts of a tool, in the order of its page; `line` where people can read it at a glance. */
function partsOf(tool: PinnedTool): Record<ToolPart['field'], Part> {
  const { run } = tool;
  const text = (of: string): Part => ({ of, line: of });
  const both = (words: PinnedTool['title']): Part => ({ of: words, line: [words['zh-CN'], words.en].filter(each => each !== '').join(' / ') });
  return {
    name: text(tool.name), title: both(tool.title), examples: { of: tool.examples, line: tool.examples.join(' / ') }, description: text(tool.description), when: text(tool.when),
    effect: text(tool.effect), identity: text(tool.identity), owner: { of: tool.owner, line: tool.owner ? `${tool.owner.path} = ${tool.owner.fact}` : '' },
    inputs: { of: tool.inputs, line: tool.inputs.map(({ name, type, pattern }) => `${name} (${pattern ?? type})`).join(', ') },
    address: run.kind === 'http' ? text(`${run.method} ${run.url}`) : { of: [run, tool.server], line: `MCP ${tool.server ?? ''} ${run.tool}` },
    headers: { of: run.kind === 'http' ? run.headers : [], line: run.kind === 'http' ? run.headers.map(({ name, value, secret }) => field(name, secret ? '***' : value)).join(', ') : '' },
    body: text(run.kind === 'http' ? run.body : ''), outputs: { of: tool.outputs, line: tool.outputs.map(({ name, path }) => `${name} (${path})`).join(', ') }, say: both(tool.say),
    timeoutMs: { of: tool.timeoutMs, line: `${tool.timeoutMs} ms` }, example: text(tool.example),
  };
}

const ordered = (value: unknown): string => JSON.stringify(value, (_key, each: unknown) => (typeof each === 'object' && each !== null && !Array.isArray(each) ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1))) : each)) ?? '';

function between(before: PinnedTool, after: PinnedTool): ToolPart[] {
  const [was, is] = [new Map(Object.entries(partsOf(before))), partsOf(after)];
  const fields: ToolPart['field'][] = ['name', 'title', 'examples', 'description', 'when', 'effect', 'identity', 'owner', 'inputs', 'address', 'headers', 'body', 'outputs', 'say', 'timeoutMs', 'example'];
  return fields.filter(name => ordered(was.get(name)?.of) !== ordered(is[name].of)).map((name) => {
    const [old, now] = [was.get(name)?.line, is[name].line];
    return { field: name, ...(old !== now && old !== undefined && now !== undefined ? { was: old, is: now } : {}) };
  });
}

/** Removed, changed, added. A tool is the same tool by its id. */
export function toolChanges(before: readonly PinnedTool[], after: readonly PinnedTool[]): ToolChange[] {
  const [was, is] = [new Map(before.map(tool => [tool.id, tool])), new Map(after.map(tool => [tool.id, tool]))];
  const change = ({ id, name, title }: PinnedTool, kind: ToolChange['kind'], parts: ToolPart[] = []): ToolChange => ({ id, name, title, kind, parts });
  return [
    ...before.filter(({ id }) => !is.has(id)).map(tool => change(tool, 'removed')),
    ...after.flatMap((tool) => { const old = was.get(tool.id); const parts = old ? between(old, tool) : []; return parts.length > 0 ? [change(tool, 'changed', parts)] : []; }),
    ...after.filter(({ id }) => !was.has(id)).map(tool => change(tool, 'added')),
  ];
}
