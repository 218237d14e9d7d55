import type { BotHandOver, Reply } from '../../bots/bot.ts';
import { ANSWER_FLOOR, ASK_FLOOR } from '../../bots/retrieval/retrieval.ts';
import type { Used } from '../../bots/spend.ts';
import type { TriedUse } from '../bot-tools/schema.ts';
import type { Hub } from '../hub.ts';
import type { Recording } from './record.ts';
import { placesOf } from './places.ts';
import type { Trace } from './schema.ts';

/** So many of what one search found; the rest is far behind. */
const shown = 8;

/** Why the bot said what it said, with the place of each piece of knowledge it saw. */
export async function traceOf(hub: Hub, { searches, used }: Recording, { answer, uses, ms, release }: { answer: Reply | BotHandOver; uses: TriedUse[]; ms: number; release: number | null }): Promise<Trace> {
  const seen = searches.map(searched => ({ ...searched, found: searched.found.slice(0, shown) }));
  const ids = [...new Set(seen.flatMap(({ found }) => found.map(({ answerId }) => answerId)))];
  const places = new Map((await placesOf(hub, ids)).map(({ id, kind, passage }) => [id, { kind, ...(passage ? { passage } : {}) }]));
  const cited = new Set(answer.kind === 'reply' ? answer.sources.map(({ id }) => id) : []);
  return {
    bot: hub.bot.name, ...(hub.knowledge.embeddings ? { embeddings: hub.knowledge.embeddings } : {}), release, floors: { answer: ANSWER_FLOOR, ask: ASK_FLOOR }, ms: Math.round(ms),
    searches: seen.map(searched => ({
      text: searched.text, locale: searched.locale, ms: tenths(searched.ms),
      found: searched.found.map(({ answerId, question, answer: text, locale, confidence, url, similarity }) => ({ id: answerId, title: question, answer: text, locale, confidence, ...(url ? { url } : {}), ...(similarity === undefined ? {} : { similarity }), cited: cited.has(answerId), ...places.get(answerId) ?? { kind: 'gone' as const } })),
    })),
    tools: uses,
    ...await priced(hub, used),
  };
}

const tenths = (ms: number) => Math.round(ms * 10) / 10;

async function priced(hub: Hub, used: Used[]): Promise<Pick<Trace, 'models' | 'currency'>> {
  if (used.length === 0) return { models: [] };
  const { budget } = await hub.spend.today();
  const models = [...Map.groupBy(used, ({ model }) => model)].map(([model, some]) => {
    const sum = (of: 'input' | 'output') => some.reduce((total, call) => total + call[of], 0);
    const price = budget.prices.find(each => each.model === model);
    return { model, calls: some.length, input: sum('input'), output: sum('output'), ...(price ? { cost: sum('input') * price.input + sum('output') * price.output } : {}) };
  });
  return { models, currency: budget.currency };
}
