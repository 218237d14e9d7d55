import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import type { Answer, AnswerInput, AnswerPatch } from './schema.ts';

/** The bot learns answers: stored, and searched from then on. */
export async function teach(hub: Hub, inputs: AnswerInput[]): Promise<Answer[]> {
  const made = await hub.store.answers.create(inputs, hub.now());
  await hub.knowledge.put(made);
  return made;
}

/** Changes an answer; null where there is none. */
export async function change(hub: Hub, id: string, patch: AnswerPatch): Promise<Answer | null> {
  if (patch.validFrom || patch.validUntil) {
    const { validFrom, validUntil } = { ...await hub.store.answers.get(id), ...patch };
    if (validFrom && validUntil && Date.parse(validFrom) >= Date.parse(validUntil)) throw new Problem('invalid', 'The request body is not valid.', { validUntil: 'must be later than validFrom' });
  }
  const answer = await hub.store.answers.change(id, patch, hub.now());
  if (answer) await hub.knowledge.put([answer]);
  return answer;
}
