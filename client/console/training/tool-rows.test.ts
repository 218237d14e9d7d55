import { expect, test } from 'vitest';
import type { RegressionCase } from './shapes.ts';
import { fromRows, rowsOf } from './tool-rows.ts';

const none = { mustContain: [], mustNot: [], mustCite: [] };
const results = [{ tool: 'look', result: '{"a":1}' }, { tool: 'look', result: 'null' }, { tool: 'other', result: '{}' }];

test('what a case says of tools goes through the form unchanged', () => {
  const expected = { ...none, mustCall: [{ tool: 'look', inputs: { number: 'A=1', day: '2026-11-22' } }], mustNotCall: ['cancel'] };
  const rows = rowsOf({ expect: expected, results });
  expect(rows.map(({ tool, want }) => [tool, want])).toEqual([['look', 'must'], ['cancel', 'not'], ['look', 'any'], ['other', 'any']]);
  const { mustCall, mustNotCall, ...rest } = fromRows(rows);
  expect({ mustCall, mustNotCall }).toEqual({ mustCall: expected.mustCall, mustNotCall: expected.mustNotCall });
  expect(rest.results).toEqual(results);
});
test('a case without tools has no rows, and an empty row says nothing', () => {
  const plain: Pick<RegressionCase, 'expect'> = { expect: none };
  expect(rowsOf(plain)).toEqual([]);
  expect(fromRows([{ tool: '', want: 'must', inputs: 'a=b', result: '{}' }])).toEqual({ results: [] });
});
