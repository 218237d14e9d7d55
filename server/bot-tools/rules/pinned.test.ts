import { describe, expect, it } from 'vitest';
import { cancelling, lookUp, stored } from '../testing/stage.ts';
import type { StoredTool, ToolDefinition } from '../schema.ts';
import { toolChanges } from './changes.ts';
import { pinned, usable } from './pinned.ts';

const host = 'https://shop.example';
const key = (value: string, secret = true) => ({ name: 'Authorization', value, secret });
const http = (headers: ReturnType<typeof key>[], url = `${host}/orders/{{order_number}}`): ToolDefinition['run'] => ({ kind: 'http', method: 'GET', url, headers, body: '' });
const live = (change: Partial<StoredTool> = {}): StoredTool => ({ ...stored(lookUp(host)), run: http([key('sesame')]), ...change });
const released = pinned(live(), undefined);
const headersOf = (tool: ReturnType<typeof usable>) => (typeof tool !== 'string' && tool.run.kind === 'http' ? tool.run.headers : tool);

describe('a released tool', () => {
  it('holds no secret, and is sent with the one of today', () => {
    expect(JSON.stringify(released)).not.toContain('sesame');
    expect(headersOf(usable(released, live({ run: http([key('mellon')]) }), undefined))).toEqual([key('mellon')]);
  });
  it('does and says what it was released with, whatever is edited', () => {
    const now = usable(released, live({ outputs: [], say: { 'zh-CN': '', en: 'changed' }, examples: [], run: http([key('sesame')], `${host}/v2/orders`) }), undefined);
    expect(now).toMatchObject({ outputs: released.outputs, say: released.say, examples: released.examples, run: { url: `${host}/orders/{{order_number}}` } });
  });
  it.each([
    ['gone', null], ['off', live({ on: false })], ['suspended', live({ suspended: { at: new Date(0), was: '', is: '', hash: '' } })],
    ['moved', live({ run: http([key('sesame')], 'https://evil.example/orders') })], ['moved', live({ run: http([key('sesame')], 'http://shop.example/orders') })],
    ['secret', live({ run: http([]) })], ['secret', live({ run: http([key('sesame', false)]) })],
  ] as const)('is refused when it is %s now', (why, now) => expect(usable(released, now, undefined)).toBe(why));
  it('of what protects a customer the stricter counts', () => {
    const strict = live({ identity: 'verified', effect: 'write', owner: { path: 'customer.id', fact: 'account' } });
    const loose = live({ identity: 'anyone', effect: 'read', owner: undefined });
    expect(usable(released, strict, undefined)).toMatchObject({ identity: 'verified', effect: 'write', owner: { fact: 'account' } });
    expect(usable(released, loose, undefined)).toMatchObject({ identity: 'vouched', effect: 'read', owner: { fact: 'email' } });
    expect(usable(pinned(live({ effect: 'write' }), undefined), loose, undefined)).toMatchObject({ effect: 'write' });
  });
  it('of an MCP server is refused when the server moved or was approved anew', () => {
    const mcp = live({ run: { kind: 'mcp', serverId: '0'.repeat(24), tool: 'track', hash: 'a'.repeat(64) } });
    const kept = pinned(mcp, 'https://mcp.example');
    expect(usable(kept, mcp, 'https://mcp.example')).toMatchObject({ run: mcp.run });
    expect(usable(kept, mcp, 'https://other.example')).toBe('moved');
    expect(usable(kept, mcp, undefined)).toBe('moved');
    expect(usable(kept, { ...mcp, run: { kind: 'mcp', serverId: '0'.repeat(24), tool: 'track', hash: 'b'.repeat(64) } }, 'https://mcp.example')).toBe('moved');
  });
});

describe('changes between releases', () => {
  const pin = (tool: StoredTool) => pinned(tool, undefined);
  it('says which tools came, went and changed, and in what', () => {
    const cancel = pin(stored(cancelling(host)));
    const after = pin(live({ identity: 'verified', run: http([key('sesame')], 'https://new.example/orders'), inputs: [] }));
    expect(toolChanges([released, cancel], [after, { ...cancel, id: 'other' }])).toMatchObject([
      { id: 'cancel_order', kind: 'removed', parts: [] },
      { id: 'order_lookup', kind: 'changed', parts: [{ field: 'identity', was: 'vouched', is: 'verified' }, { field: 'inputs', was: 'order_number ([A-Z]\\d{4})', is: '' }, { field: 'address', was: 'GET https://shop.example/orders/{{order_number}}', is: 'GET https://new.example/orders' }] },
      { id: 'other', kind: 'added' },
    ]);
  });
  it('a rotated secret and the same again are no change', () => expect(toolChanges([released], [pin(live({ run: http([key('mellon')]), updatedAt: new Date() }))])).toEqual([]));
});
