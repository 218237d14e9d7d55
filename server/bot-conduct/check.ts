/** A text held against the fences: what would happen to it, without a model and without a customer. */
import { touched } from '../../bots/guard/conduct.ts';
import { signsOf } from '../../bots/guard/injection.ts';
import { personalFence, personalIn, visible } from '../../bots/guard/personal.ts';
import { isProved, promisesIn } from '../../bots/guard/promises.ts';
import { localeOf } from '../../bots/locale.ts';
import type { Hub } from '../hub.ts';
import type { Checked, Conduct, ConductCheck, Met } from './schema.ts';

/** As many as a model is shown. */
const sourcesShown = 5;
const leastConfidence = 0.15;

function met(text: string, conduct: Conduct): Met {
  const secretOrChosen = (kind: string) => kind === 'secret' || conduct.hidden.some(each => each === kind);
  return {
    forbidden: touched(text, conduct.forbidden) ?? null, injection: signsOf(text), shown: personalFence(conduct.hidden).hide(text),
    hidden: [...new Set(personalIn(visible(text)).map(({ kind }) => kind))].filter(secretOrChosen),
  };
}

/** The text as the bot's words, the question as the customer's. A promise is proved by what the draft knows about the question. */
export async function check(hub: Hub, { text, question, conduct: given }: ConductCheck): Promise<Checked> {
  const conduct = given ?? await hub.conduct.of(null);
  const found = question === undefined ? [] : (await hub.knowledge.tools({ at: hub.now() }).search(question, localeOf(question, 'zh-CN'))).filter(({ confidence }) => confidence >= leastConfidence).slice(0, sourcesShown);
  const known = found.map(each => `${each.question}\n${each.answer}\n${each.url ?? ''}`).join('\n');
  return {
    text: { ...met(text, conduct), promises: promisesIn(text, conduct.promises).map(promise => ({ ...promise, proved: isProved(promise, known) })) },
    question: question === undefined ? null : met(question, conduct),
    sources: found.map(({ answerId, question: title }) => ({ id: answerId, title })),
  };
}
