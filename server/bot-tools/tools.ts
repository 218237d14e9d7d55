/** The tools of a hub: for each turn those that are on, bound to who asks and to what was said. */
import type { Tools, Turn } from '../../bots/bot.ts';
import type { Reachable } from '../../connectors/wire/reach.ts';
import type { Entry, Head } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { actionsOf } from './actions.ts';
import { chooserOf } from './choose.ts';
import { callTool } from './mcp.ts';
import { outgoing, send } from './request.ts';
import type { PinnedTool, StoredTool } from './schema.ts';
import { openToolSets, type ToolSets } from './served.ts';
import { asStored, triedTools, type TriedTools, type Trying } from './trial.ts';
import { ToolTrouble } from './trouble.ts';
import type { Asker, Known, World } from './use.ts';

const hourMs = 3_600_000;

export type BotTools = {
  /** What a bot may do in a conversation, and by which words it is asked for. `episode`: what was said since it was opened; `release`: what it is served, null: what people edit. */
  toolsFor(head: Pick<Head, 'id' | 'contactId'>, episode: readonly Entry[], release: number | null): Promise<Pick<Tools, 'actions' | 'wanted'>>;
  /** The same in a trial, where nothing is called unless it says so. */
  tried(turns: readonly Turn[], trying: Trying): Promise<TriedTools>;
  /** Tools as a release keeps them; null: as the next one would. */
  pinned(release: number | null): Promise<PinnedTool[]>;
  world: World;
  reachable: Reachable;
};

/** Makes them of a hub that is still being put together; `privateHosts` as for documents. */
export function openBotTools(opened: () => Hub, reachable: Reachable): BotTools {
  let opening: ToolSets | undefined;
  const sets = () => (opening ??= openToolSets(opened().store));

  const world: World = {
    current: tool => sets().now(tool),
    async send(tool, values, key, stopping) {
      if (tool.run.kind === 'http') {
        const request = outgoing(tool.run, values);
        return send(key === undefined ? request : { ...request, headers: { ...request.headers, 'idempotency-key': key } }, reachable, tool.timeoutMs, stopping);
      }
      const server = await opened().store.botTools.server(tool.run.serverId);
      if (!server) throw new ToolTrouble('该 MCP 服务器已删除。', 'Its MCP server is gone.', { sent: false });
      return callTool(server, tool.run, values, {
        reachable, timeoutMs: tool.timeoutMs, stopping,
        changed: async now => { await opened().store.botTools.suspend(tool.id, suspension(tool, now, opened().now())); },
      });
    },
    record: call => opened().store.botTools.record(call),
    claim: key => opened().store.botTools.claim(key, opened().now()),
    claimed: key => opened().store.botTools.claimed(key),
    withdraw: key => opened().store.botTools.withdraw(key, opened().now()),
    recent: conversationId => opened().store.botTools.recent(conversationId, new Date(opened().now().getTime() - hourMs)),
    now: () => opened().now(),
  };

  return {
    world, reachable, pinned: release => sets().pinned(release),
    tried: async (turns, trying) => triedTools(turns, trying, trying.pinned && trying.release !== null ? (await sets().pinned(trying.release)).map(asStored) : await sets().of(trying.release), world),
    async toolsFor(head, episode, release) {
      // Tools that cannot be read keep nobody from an answer.
      const tools = await sets().of(release).catch((error: unknown) => { opened().log.error({ err: error }, 'the tools could not be read'); return []; });
      if (tools.length === 0) return {};
      const [identities, claims] = await Promise.all([opened().store.contacts.identitiesOf(head.contactId), opened().store.contacts.claimsOf([head.contactId])]);
      // Somebody else may write in the same thread (a mail passed on, a number handed out again) and is the one who is answered: what is proved of one is proved of nobody else.
      const alone = episode.every(({ kind, actor }) => kind !== 'message' || actor.kind !== 'contact' || actor.id === head.contactId);
      const proven: Known[] = alone ? [...identities, ...claims].map(({ kind, value, evidence }) => ({ kind, value, evidence })) : [];
      // A From: and a caller's number can be forged. What is looked up goes to the address itself; a change would be made for whoever wrote.
      const channelId = episode.findLast(({ kind, actor }) => kind === 'message' && actor.kind === 'contact')?.thread?.channelId ?? '';
      const forgeable = ['email', 'twilio-sms'].includes(opened().channels.get(channelId)?.channel.kind ?? '');
      const asker: Asker = { conversationId: head.id, by: { kind: 'bot', id: opened().bot.name }, known: proven, episode };
      return { actions: tools.flatMap(tool => actionsOf([tool], forgeable && tool.effect === 'write' ? { ...asker, known: [] } : asker, () => world)), wanted: chooserOf(tools) };
    },
  };
}

/** What the record says of a tool that its server changed. */
export function suspension(tool: StoredTool, now: { description: string; inputs: unknown; hash: string } | undefined, at: Date): NonNullable<StoredTool['suspended']> {
  return { at, was: tool.approved ?? '', is: now ? describe(now) : '', hash: now?.hash ?? '' };
}

/** A tool as its server describes it, as text that two versions can be compared by. */
export const describe = ({ description, inputs }: { description: string; inputs: unknown }): string => `${description}\n${JSON.stringify(inputs)}`.slice(0, 10_000);
