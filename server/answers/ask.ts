import type { BotHandOver, Reply, Tools, Turn } from '../../bots/bot.ts';
import { burstOf } from '../../bots/retrieval/retrieval.ts';
import type { Spend } from '../../bots/spend.ts';
import type { Locale } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { recorded } from './record.ts';
import { inTrouble } from './rules/hand-over.ts';
import type { AskResult, Asking, Tried } from './schema.ts';
import { traceOf } from './trace.ts';
import { inTurn } from './turn.ts';

type As = Omit<Asking, 'at' | 'conversationId'>;
type Around = (tools: Tools, spend: Spend) => { tools: Tools; spend: Spend };

/** Asks the bot outside any conversation: the same judgement a customer gets, and no longer a wait. @param as the customer it is tried as, and the release */
export async function ask(hub: Hub, turns: Turn[], locale: Locale, as: As = {}): Promise<AskResult> {
  return resultOf(await judged(hub, turns, locale, as, (tools, spend) => ({ tools, spend })));
}

/** The same, and why: what was looked for, found and cited, which tools were used, how long it took and what it cost. */
export async function askWhy(hub: Hub, turns: Turn[], locale: Locale, as: As = {}): Promise<Tried> {
  const since = performance.now();
  let recording;
  const answer = await judged(hub, turns, locale, as, (tools, spend) => {
    const around = recorded(tools, spend);
    ({ recording } = around);
    return around;
  });
  const ms = performance.now() - since;
  return { ...resultOf(answer), trace: await traceOf(hub, recording ?? { searches: [], calls: [], used: [] }, { answer, ms, release: hub.knowledge.releaseFor({ ...as, at: hub.now() }) }) };
}

async function judged(hub: Hub, turns: Turn[], locale: Locale, as: As, around: Around): Promise<Reply | BotHandOver> {
  const asking = { ...as, at: hub.now() };
  const [known, release] = [hub.knowledge.tools(asking), hub.knowledge.releaseFor(asking)];
  const { tools, spend } = around(known, hub.spend.of('trial'));
  const conduct = await hub.conduct.of(release);
  const trouble = (why: 'slow' | 'broken') => inTrouble(why, locale, burstOf(turns).said);
  return inTurn(hub, () => trouble('slow'), stopping => hub.bot.answer(turns, tools, { locale, conduct, spend }, stopping).catch((error: unknown) => {
    stopping.throwIfAborted();
    // There is no such release.
    if (error instanceof Problem) throw error;
    hub.log.warn({ err: error }, 'the bot failed on a question that was tried');
    return trouble('broken');
  }));
}

function resultOf(answer: Reply | BotHandOver): AskResult {
  const tool = answer.tool ? { tool: answer.tool } : {};
  if (answer.kind === 'hand-over') {
    const { kind: _kind, tool: _tool, ...handOver } = answer;
    return { handOver, ...tool };
  }
  return { answer: answer.text, confidence: answer.confidence, sources: answer.sources, ...(answer.choices ? { choices: answer.choices } : {}), ...tool };
}
