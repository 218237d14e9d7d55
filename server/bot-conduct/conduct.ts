/** The conduct that people edit. */
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { conductChanges } from './rules/changes.ts';
import { Conduct } from './schema.ts';
import type { KeptConduct } from './schema.ts';

/** As it was saved last, the release customers are served (null: what is saved is), and whether what is saved waits for one. */
export async function conductOf(hub: Hub): Promise<KeptConduct & { published: number | null; waits: boolean }> {
  const [last, { published }] = await Promise.all([hub.store.conduct.last(), hub.store.training.releases.pointer()]);
  const conduct = last?.kept ?? Conduct.parse({});
  const waits = published !== null && conductChanges(await hub.conduct.of(published), conduct).length > 0;
  return { rev: last?.rev ?? 0, conduct, at: last?.at ?? null, by: last?.by ?? null, published, waits };
}

/** Saves it; 409 names who saved meanwhile. Served at once until a release is published, then with the next one. */
export async function setConduct(hub: Hub, { rev, conduct }: { rev: number; conduct: Conduct }, by: { id: string; name: string }): Promise<Awaited<ReturnType<typeof conductOf>>> {
  const saved = await hub.store.conduct.save(rev, { kept: conduct, at: hub.now(), by });
  if (!saved) {
    const name = (await hub.store.conduct.last())?.by.name ?? '?';
    throw new Problem('conflict', { 'zh-CN': `${name} 刚刚保存了行为准则，请刷新后再改。`, en: `${name} saved the guardrails meanwhile. Look again, then change them.` }, { rev: 'is not the last' });
  }
  hub.conduct.forget();
  return conductOf(hub);
}
