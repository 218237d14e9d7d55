/** Tools, a customer and what was said, without a database: for tests of what may be used by whom. */
import type { Reachable } from '../../../connectors/wire/reach.ts';
import type { Reply, BotHandOver, Tools, Turn } from '../../../bots/bot.ts';
import type { Spoken } from '../consent.ts';
import { stateOf } from '../consent.ts';
import { outgoing, send } from '../request.ts';
import { callTool } from '../mcp.ts';
import type { StoredTool, ToolCall, ToolDefinition, Withdrawn } from '../schema.ts';
import { actionsOf } from '../actions.ts';
import { GUARDS, type Guards, type Known, type World } from '../use.ts';

const both = (text: string) => ({ 'zh-CN': text, en: text });
const number = { name: 'order_number', type: 'text', required: true, label: both('Order number'), from: 'customer', ask: both('What is your order number?'), pattern: '[A-Z]\\d{4}' } satisfies ToolDefinition['inputs'][number];

/** A look-up that must belong to who asks, by mail address. */
export const lookUp = (url: string, change: Partial<ToolDefinition> = {}): ToolDefinition => ({
  name: 'order_lookup', title: both('Order status'), description: 'Says where an order is.', when: '', examples: ['where is my order', '我的订单到哪了'], inputs: [number],
  run: { kind: 'http', method: 'GET', url: `${url}/orders/{{order_number}}`, headers: [], body: '' }, effect: 'read', identity: 'vouched', owner: { path: 'order.email', fact: 'email' },
  outputs: [{ name: 'status', path: 'order.status', label: both('Status') }, { name: 'note', path: 'order.note', label: both('Note') }, { name: 'eta', path: 'order.eta', label: both('Expected') }],
  say: both(''), timeoutMs: 1_000, example: '', on: true, ...change,
});
/** One that changes something. */
export const cancelling = (url: string): ToolDefinition => lookUp(url, { name: 'cancel_order', title: both('Cancel an order'), description: 'Cancels an order.', examples: ['cancel my order', '取消订单'], effect: 'write', run: { kind: 'http', method: 'POST', url: `${url}/orders/{{order_number}}/cancel`, headers: [], body: '{"reason":"customer"}' } });

export const stored = (tool: ToolDefinition): StoredTool => ({ ...tool, id: tool.name, createdAt: new Date(0), updatedAt: new Date(0) });

export type Stage = {
  tools: Pick<Tools, 'actions' | 'wanted'>;
  calls: Omit<ToolCall, 'id'>[];
  turns(): Turn[];
  says(text: string): void;
  answers(outcome: Reply | BotHandOver): void;
};

/** One conversation of one customer. */
export function stage(definitions: readonly StoredTool[], known: readonly Known[], reachable: Reachable, { guards = GUARDS, mcp, suspended = () => undefined, current = async tool => tool.suspended ? 'suspended' : tool }: { guards?: Guards; mcp?: { name: string; url: string }; suspended?: (id: string) => void; current?: (tool: StoredTool) => Promise<StoredTool | Withdrawn> } = {}): Stage {
  const episode: Spoken[] = [];
  const calls: Omit<ToolCall, 'id'>[] = [];
  const claims = new Map<string, 'used' | 'unused'>();
  const world: World = {
    current,
    async send(tool, values, key, stopping) {
      if (tool.run.kind === 'http') {
        const request = outgoing(tool.run, values);
        return send(key === undefined ? request : { ...request, headers: { ...request.headers, 'idempotency-key': key } }, reachable, tool.timeoutMs, stopping);
      }
      return callTool({ name: mcp?.name ?? '', url: mcp?.url ?? '', headers: [] }, tool.run, values, { reachable, timeoutMs: tool.timeoutMs, stopping, changed: async () => suspended(tool.id) });
    },
    record: async (call) => { calls.push(call); },
    claim: async (key) => !claims.has(key) && Boolean(claims.set(key, 'used')),
    claimed: async key => claims.get(key) === 'used',
    withdraw: async key => claims.get(key) !== 'used' && Boolean(claims.set(key, 'unused')),
    recent: async () => calls.length,
    now: () => new Date(),
  };
  return {
    calls,
    // Bound to what was said by then, as the hub does it turn by turn.
    get tools() {
      return {
        actions: actionsOf(definitions, { conversationId: 'c', by: { kind: 'bot', id: 'test' }, known, episode: [...episode] }, () => world, guards),
        wanted: async (text: string) => definitions.filter(({ examples }) => examples.some(each => text.toLowerCase().includes(each))).map(({ name }) => ({ name, confidence: 1 })),
      };
    },
    turns: () => episode.map(({ actor, content, receipt }) => {
      const tool = stateOf({ actor, ...(receipt ? { receipt } : {}) });
      return { from: actor.kind === 'contact' ? 'contact' : 'bot', text: content?.text ?? '', ...(tool ? { tool } : {}) };
    }),
    says: (text) => { episode.push({ id: `e${episode.length}`, actor: { kind: 'contact', id: 'c' }, kind: 'message', content: { text } }); },
    answers: (outcome) => { if (outcome.kind === 'reply') episode.push({ id: `e${episode.length}`, actor: { kind: 'bot', id: 'test' }, kind: 'message', content: { text: outcome.text }, ...(outcome.tool ? { receipt: { tool: outcome.tool } } : {}) }); },
  };
}
