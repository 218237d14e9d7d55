import { describe, expect, it } from 'vitest';
import { typed } from '../../../bots/tools/values.ts';
import { cancelling, lookUp, stored } from '../testing/stage.ts';
import type { StoredTool, ToolDefinition, ToolInput } from '../schema.ts';
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
    const outputs = released.outputs.map(each => ({ ...each, name: `${each.name}_now`, label: { 'zh-CN': '', en: 'changed' } }));
    const now = usable(released, live({ outputs, say: { 'zh-CN': '', en: 'changed' }, examples: [], run: http([key('sesame')], `${host}/v2/orders/{{order_number}}`) }), undefined);
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

const mail: ToolInput = { name: 'mail', type: 'text', required: true, label: { 'zh-CN': '', en: 'Mail' }, from: 'customer', ask: { 'zh-CN': '', en: 'Which address?' } };
const bound: ToolInput = { ...mail, from: 'contact', fact: 'email' };
const byMail = http([], `${host}/orders?email={{mail}}`);
const taking = (...inputs: ToolInput[]) => live({ inputs, run: byMail });
const inputsOf = (tool: ReturnType<typeof usable>) => (typeof tool === 'string' ? tool : tool.inputs);

describe('what was tightened since a release stays tightened in it', () => {
  it('an input that is an address of the contact today is one, of the kind of today; one that was, stays one', () => {
    expect(inputsOf(usable(pinned(taking(mail), undefined), taking(bound), undefined))).toMatchObject([{ name: 'mail', from: 'contact', fact: 'email' }]);
    expect(inputsOf(usable(pinned(taking({ ...bound, fact: 'phone' }), undefined), taking(bound), undefined))).toMatchObject([{ from: 'contact', fact: 'email' }]);
    expect(inputsOf(usable(pinned(taking(bound), undefined), taking(mail), undefined))).toMatchObject([{ from: 'contact', fact: 'email' }]);
    expect(inputsOf(usable(pinned(taking({ ...mail, type: 'integer' }), undefined), taking(bound), undefined))).toMatchObject([{ type: 'text', from: 'contact' }]);
  });
  it('one the release does not know, or does not send, takes the tool out of it', () => {
    expect(usable(pinned(taking({ ...mail, name: 'address' }), undefined), taking(bound), undefined)).toBe('tightened');
    expect(usable(pinned(live({ inputs: [mail, ...released.inputs], run: http([]) }), undefined), taking(bound, ...released.inputs), undefined)).toBe('tightened');
    const mcp = (...inputs: ToolInput[]) => live({ inputs, run: { kind: 'mcp', serverId: '0'.repeat(24), tool: 'track', hash: 'a'.repeat(64) } });
    expect(usable(pinned(mcp(), undefined), mcp(bound), undefined)).toBe('tightened');
    expect(inputsOf(usable(pinned(mcp(mail), undefined), mcp(bound), undefined))).toMatchObject([{ from: 'contact' }]);
  });
  it('what customers say must fit then and now: its form, its choices, its kind, and whether it may be left out', () => {
    const fits = (was: Partial<ToolInput>, is: Partial<ToolInput>, said: string) => {
      const now = inputsOf(usable(pinned(taking({ ...mail, ...was }), undefined), taking({ ...mail, ...is }), undefined));
      return typeof now === 'string' ? now : now.map(input => 'value' in typed(input, said, 'en'));
    };
    const choices = (...values: string[]): Partial<ToolInput> => ({ type: 'choice', choices: values.map(value => ({ value, label: { 'zh-CN': '', en: value } })) });
    expect(fits({ pattern: '[A-Z]\\d+' }, { pattern: '\\w{5}' }, 'A1023')).toEqual([true]);
    expect(fits({ pattern: '[A-Z]\\d+' }, { pattern: '\\w{5}' }, 'A102')).toEqual([false]);
    expect(fits({ pattern: '[A-Z]\\d+' }, { pattern: '\\w{5}' }, '10234')).toEqual([false]);
    expect(fits({}, { pattern: '\\w{5}' }, 'A102')).toEqual([false]);
    expect(fits({ pattern: '\\w{5}' }, {}, 'A102')).toEqual([false]);
    expect(fits(choices('mine', 'all'), choices('mine'), 'all')).toEqual([false]);
    expect(fits(choices('mine', 'all'), choices('mine'), 'mine')).toEqual([true]);
    expect(fits(choices('all'), choices('mine'), 'all')).toBe('tightened');
    expect(fits({}, { type: 'integer' }, '1')).toBe('tightened');
    expect(fits({ type: 'integer' }, { pattern: '\\d' }, '1')).toBe('tightened');
    expect(fits({ type: 'integer' }, {}, 'one')).toEqual([true]);
    expect(inputsOf(usable(pinned(taking({ ...mail, required: false }), undefined), taking(mail), undefined))).toMatchObject([{ required: true }]);
  });
  it('fields that may not be said any more are not said; a look-up with none left is refused, a change is still made', () => {
    const paths = (...all: string[]) => all.map(path => ({ name: path.replaceAll(/\W/g, '_'), path, label: { 'zh-CN': '', en: path } }));
    const kept = pinned(live({ outputs: paths('order.status', 'order.margin') }), undefined);
    expect(usable(kept, live({ outputs: paths("$.order['status']") }), undefined)).toMatchObject({ outputs: [{ path: 'order.status' }] });
    expect(usable(kept, live({ outputs: paths('order.eta') }), undefined)).toBe('tightened');
    expect(usable(pinned(live({ effect: 'write', outputs: paths('order.margin') }), undefined), live({ effect: 'write', outputs: [] }), undefined)).toMatchObject({ outputs: [] });
  });
  it('a header that is gone is not sent', () => {
    const scope = { name: 'X-Scope', value: 'all', secret: false };
    const kept = pinned(live({ run: http([key('sesame'), scope]) }), undefined);
    expect(headersOf(usable(kept, live(), undefined))).toEqual([key('sesame')]);
    expect(headersOf(usable(kept, live({ run: http([key('sesame'), { ...scope, name: 'x-scope', value: 'own' }]) }), undefined))).toEqual([key('sesame'), scope]);
  });
  it('judged again at the moment of use it is the same, or stricter', () => {
    const kept = pinned(taking({ ...mail, pattern: '\\S+' }), undefined);
    const now = usable(kept, taking({ ...mail, pattern: '.{3}' }), undefined);
    if (typeof now === 'string') throw new Error(now);
    expect(usable(now, taking({ ...mail, pattern: '.{3}' }), undefined)).toEqual(now);
    expect(inputsOf(usable(now, taking(bound), undefined))).toMatchObject([{ from: 'contact', fact: 'email' }]);
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
