/** The tools of a hub: for each turn those that are on, bound to who asks and to what was said. */
import type { Action, Tools } from '../../bots/bot.ts';
import { localeOf } from '../../bots/locale.ts';
import type { Reachable } from '../../connectors/wire/reach.ts';
import { groupedIndex } from '../answers/grouped.ts';
import type { AnswerIndex } from '../answers/search.ts';
import type { Entry, Head } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { callTool } from './mcp.ts';
import { outgoing, send } from './request.ts';
import { likeness } from './rules/likeness.ts';
import type { StoredTool } from './schema.ts';
import { ToolTrouble } from './trouble.ts';
import { GUARDS, useTool, type Asker, type Guards, type Known, type World } from './use.ts';

const hourMs = 3_600_000;

export type BotTools = {
  /** What a bot may do in a conversation, and by which words it is asked for. `episode`: what was said since it was opened. */
  toolsFor(head: Pick<Head, 'id' | 'contactId'>, episode: readonly Entry[]): Promise<Pick<Tools, 'actions' | 'wanted'>>;
  world: World;
  reachable: Reachable;
};

/** Tools as a bot gets them. */
export function actionsOf(tools: readonly StoredTool[], asker: Asker, world: World, guards: Guards = GUARDS): Action[] {
  return tools.map(tool => {
    // Words of a foreign server inform, or they are not shown.
    const told = [tool.description, tool.when].filter(text => text !== '' && (tool.run.kind === 'http' || guards.mayBeShown(text)));
    return {
      name: tool.name, title: tool.title, description: told.join(' Use it when: '), effect: tool.effect, inputs: tool.inputs.filter(({ from }) => from === 'customer'),
      needsProof: !guards.proved(tool.identity, asker.known),
      run: (inputs, locale, stopping) => useTool(tool, asker, inputs, locale, world, stopping, guards),
    };
  });
}

/** Makes them of a hub that is still being put together; `privateHosts` as for documents. */
export function openBotTools(opened: () => Hub, reachable: Reachable): BotTools {
  let known = '';
  let index: AnswerIndex = groupedIndex();
  let examples: { name: string; text: string }[] = [];

  function learn(tools: readonly StoredTool[]): void {
    const fingerprint = tools.map(({ id, updatedAt }) => `${id}@${updatedAt.getTime()}`).join();
    if (fingerprint === known) return;
    known = fingerprint;
    index = groupedIndex();
    examples = tools.flatMap(({ name, examples: texts }) => texts.map(text => ({ name, text })));
    for (const tool of tools) {
      for (const locale of ['zh-CN', 'en'] as const) {
        const [question, ...variants] = tool.examples.filter(text => localeOf(text, 'en') === locale);
        if (question !== undefined) index.add({ id: `${tool.name}/${locale}`, question, variants, answer: tool.title[locale] || tool.name, locale });
      }
    }
  }

  const world: World = {
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
    recent: conversationId => opened().store.botTools.recent(conversationId, new Date(opened().now().getTime() - hourMs)),
    now: () => opened().now(),
  };

  return {
    world, reachable,
    async toolsFor(head, episode) {
      // Tools that cannot be read keep nobody from an answer.
      const tools = await opened().store.botTools.on().catch((error: unknown) => { opened().log.error({ err: error }, 'the tools could not be read'); return []; });
      if (tools.length === 0) return {};
      learn(tools);
      const [identities, claims] = await Promise.all([opened().store.contacts.identitiesOf(head.contactId), opened().store.contacts.claimsOf([head.contactId])]);
      // Somebody else may write in the same thread (a mail passed on, a number handed out again) and is the one who is answered: what is proved of one is proved of nobody else.
      const alone = episode.every(({ kind, actor }) => kind !== 'message' || actor.kind !== 'contact' || actor.id === head.contactId);
      const proven: Known[] = alone ? [...identities, ...claims].map(({ kind, value, evidence }) => ({ kind, value, evidence })) : [];
      // A From: and a caller's number can be forged. What is looked up goes to the address itself; a change would be made for whoever wrote.
      const channelId = episode.findLast(({ kind, actor }) => kind === 'message' && actor.kind === 'contact')?.thread?.channelId ?? '';
      const forgeable = ['email', 'twilio-sms'].includes(opened().channels.get(channelId)?.channel.kind ?? '');
      const asker: Asker = { conversationId: head.id, by: { kind: 'bot', id: opened().bot.name }, known: proven, episode };
      const named = new Set(tools.map(({ name }) => name));
      return {
        actions: tools.flatMap(tool => actionsOf([tool], forgeable && tool.effect === 'write' ? { ...asker, known: [] } : asker, world)),
        async wanted(text, locale) {
          const best = new Map<string, number>();
          for (const found of index.search(text, locale)) {
            const [name = ''] = found.answerId.split('/');
            if (named.has(name)) best.set(name, Math.max(best.get(name) ?? 0, found.confidence));
          }
          // The index tells answers apart; of a handful of tools it needs a second opinion whether any is meant at all.
          return [...best].map(([name, confidence]) => {
            const like = likeness(text, examples.filter(each => each.name === name).map(each => each.text));
            return { name, confidence: Math.min(1, like >= SAME ? Math.max(confidence, like) : Math.min(confidence, like + 0.3)) };
          }).toSorted((a, b) => b.confidence - a.confidence);
        },
      };
    },
  };
}

const SAME = 0.8;

/** What the record says of a tool that its server changed. */
export function suspension(tool: StoredTool, now: { description: string; inputs: unknown; hash: string } | undefined, at: Date): NonNullable<StoredTool['suspended']> {
  return { at, was: tool.approved ?? '', is: now ? describe(now) : '', hash: now?.hash ?? '' };
}

/** A tool as its server describes it, as text that two versions can be compared by. */
export const describe = ({ description, inputs }: { description: string; inputs: unknown }): string => `${description}\n${JSON.stringify(inputs)}`.slice(0, 10_000);
