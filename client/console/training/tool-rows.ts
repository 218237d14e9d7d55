/** What a case says of tools, as rows of a form: one tool a row, what is wanted of it, and what it answers. */
import type { Expectations, RegressionCase } from './shapes.ts';

export type Want = 'must' | 'not' | 'any';
/** `inputs`: one `name=value` a line. `result`: JSON text, or nothing. */
export type ToolRow = { tool: string; want: Want; inputs: string; result: string };

const linesOf = (inputs: Record<string, unknown> = {}) => Object.entries(inputs).map(([name, value]) => `${name}=${String(value)}`).join('\n');

/** The rows of a case; results of one tool keep their order. */
export function rowsOf({ expect, results = [] }: Pick<RegressionCase, 'expect' | 'results'>): ToolRow[] {
  const left = [...results];
  const next = (tool: string) => { const at = left.findIndex((each) => each.tool === tool); return at < 0 ? '' : left.splice(at, 1)[0]?.result ?? ''; };
  return [
    ...(expect.mustCall ?? []).map(({ tool, inputs }): ToolRow => ({ tool, want: 'must', inputs: linesOf(inputs), result: next(tool) })),
    ...(expect.mustNotCall ?? []).map((tool): ToolRow => ({ tool, want: 'not', inputs: '', result: next(tool) })),
    ...left.map(({ tool, result }): ToolRow => ({ tool, want: 'any', inputs: '', result })),
  ];
}

/** Rows as the server takes them; a row without a tool says nothing. */
export function fromRows(rows: readonly ToolRow[]): Pick<Expectations, 'mustCall' | 'mustNotCall'> & Required<Pick<RegressionCase, 'results'>> {
  const said = rows.filter(({ tool }) => tool !== '');
  const must = said.filter(({ want }) => want === 'must').map(({ tool, inputs }) => {
    const named = Object.fromEntries(inputs.split('\n').flatMap((line) => { const at = line.indexOf('='); const name = line.slice(0, at).trim(); return at > 0 && name ? [[name, line.slice(at + 1).trim()]] : []; }));
    return { tool, ...(Object.keys(named).length > 0 ? { inputs: named } : {}) };
  });
  const not = said.filter(({ want }) => want === 'not').map(({ tool }) => tool);
  return { ...(must.length > 0 ? { mustCall: must } : {}), ...(not.length > 0 ? { mustNotCall: not } : {}), results: said.filter(({ result }) => result.trim() !== '').map(({ tool, result }) => ({ tool, result: result.trim() })) };
}
