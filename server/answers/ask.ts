import type { BotHandOver, Reply, Tools, Turn } from '../../bots/bot.ts';
import { burstOf } from '../../bots/retrieval/retrieval.ts';
import type { Spend } from '../../bots/spend.ts';
import type { TriedUse } from '../bot-tools/schema.ts';
import type { Locale } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { recorded } from './record.ts';
import { inTrouble } from './rules/hand-over.ts';
import type { AskResult, Asking, Tried } from './schema.ts';
import { traceOf } from './trace.ts';
import { inTurn } from './turn.ts';

type As = Omit<Asking, 'at' | 'conversationId'>;
type Around = (toolsOf: (spend: Spend) => Tools, spend: Spend) => { tools: Tools; spend: Spend };
/** How tools are tried; null: there are none. */
type Trying = Omit<Parameters<Hub['botTools']['tried']>[1], 'release'> | null;
const plainly: Around = (toolsOf, spend) => ({ tools: toolsOf(spend), spend });

/** Asks the bot outside any conversation, of its knowledge alone: the same judgement a customer gets, and no longer a wait. @param as the customer it is tried as, and the release */
export async function ask(hub: Hub, turns: Turn[], locale: Locale, as: As = {}): Promise<AskResult> {
  return resultOf((await judged(hub, turns, locale, as, null, plainly)).answer);
}

/** The same with its tools, which are played: what came of it, and which were used. */
export async function tried(hub: Hub, turns: Turn[], locale: Locale, as: As, trying: NonNullable<Trying>): Promise<{ result: AskResult; uses: TriedUse[] }> {
  const { answer, uses } = await judged(hub, turns, locale, as, trying, plainly);
  return { result: resultOf(answer), uses };
}

/** The same, and why: what was looked for, found and cited, which tools were used, how long it took and what it cost. */
export async function askWhy(hub: Hub, turns: Turn[], locale: Locale, as: As = {}, trying: NonNullable<Trying> = {}): Promise<Tried> {
  const since = performance.now();
  let recording;
  const { answer, uses } = await judged(hub, turns, locale, as, trying, (toolsOf, spend) => {
    const around = recorded(toolsOf, spend);
    ({ recording } = around);
    return around;
  });
  const ms = performance.now() - since;
  return { ...resultOf(answer), trace: await traceOf(hub, recording ?? { searches: [], used: [] }, { answer, uses, ms, release: hub.knowledge.releaseFor({ ...as, at: hub.now() }) }) };
}

async function judged(hub: Hub, turns: Turn[], locale: Locale, as: As, trying: Trying, around: Around): Promise<{ answer: Reply | BotHandOver; uses: TriedUse[] }> {
  const asking = { ...as, at: hub.now() };
  const release = hub.knowledge.releaseFor(asking);
  const acting = trying && await hub.botTools.tried(turns, { ...trying, release });
  const { tools, spend } = around(payer => ({ ...hub.knowledge.tools(asking, payer), ...acting?.tools }), hub.spend.of('trial'));
  const conduct = await hub.conduct.of(release);
  const trouble = (why: 'slow' | 'broken') => inTrouble(why, locale, burstOf(turns).said);
  const answer = await inTurn(hub, () => trouble('slow'), stopping => hub.bot.answer(turns, tools, { locale, conduct, spend }, stopping).catch((error: unknown) => {
    stopping.throwIfAborted();
    // There is no such release.
    if (error instanceof Problem) throw error;
    hub.log.warn({ err: error }, 'the bot failed on a question that was tried');
    return trouble('broken');
  }));
  return { answer, uses: acting?.uses ?? [] };
}

function resultOf(answer: Reply | BotHandOver): AskResult {
  const tool = answer.tool ? { tool: answer.tool } : {};
  if (answer.kind === 'hand-over') {
    const { kind: _kind, tool: _tool, say, ...handOver } = answer;
    return { handOver, ...tool, ...(say === undefined ? {} : { says: say }) };
  }
  return { answer: answer.text, confidence: answer.confidence, sources: answer.sources, ...(answer.choices ? { choices: answer.choices } : {}), ...tool };
}
