/** What was said to each other in an episode, as it stands now: edits are in it, what was taken back is not. Notes are nobody's words to a customer. */
import type { Entry } from '../../conversations/schema.ts';
import type { Line } from '../schema.ts';

/** In order; what the hub says by itself (a word of courtesy) is left out. */
export function saidIn(entries: readonly Entry[]): Line[] {
  const edited = new Map<string, string>();
  const recalled = new Set<string>();
  for (const entry of entries) {
    if (entry.about === undefined) continue;
    if (entry.kind === 'edited') edited.set(entry.about, entry.content?.text ?? '');
    if (entry.kind === 'recalled') recalled.add(entry.about);
  }
  return entries.flatMap(({ seq, kind, actor, content, externalId = '', parts = [], delivery }) => {
    const ids = [externalId, ...parts.map((part) => part.externalId ?? '')];
    if (kind !== 'message' || actor.kind === 'system' || delivery?.state === 'withdrawn' || ids.some((id) => recalled.has(id))) return [];
    const text = (ids.flatMap((id) => edited.get(id) ?? [])[0] ?? content?.text ?? '').trim();
    if (text === '') return [];
    return [{ seq, by: actor.kind === 'contact' || actor.kind === 'bot' ? actor.kind : 'agent', text }];
  });
}
