/** Which tool a text asks for, by the words that customers are said to use. */
import { LRUCache } from 'lru-cache';
import type { Tools } from '../../bots/bot.ts';
import { localeOf } from '../../bots/locale.ts';
import { groupedIndex } from '../answers/grouped.ts';
import { likeness } from './rules/likeness.ts';
import type { ToolDefinition } from './schema.ts';

type Wanted = NonNullable<Tools['wanted']>;
type Asked = Pick<ToolDefinition, 'name' | 'title' | 'examples'>;

const SAME = 0.8;
const kept = 8;
const known = new LRUCache<string, Wanted>({ max: kept });

function learn(tools: readonly Asked[]): Wanted {
  const index = groupedIndex();
  for (const tool of tools) {
    for (const locale of ['zh-CN', 'en'] as const) {
      const [question, ...variants] = tool.examples.filter(text => localeOf(text, 'en') === locale);
      if (question !== undefined) index.add({ id: `${tool.name}/${locale}`, question, variants, answer: tool.title[locale] || tool.name, locale });
    }
  }
  index.settle();
  return async (text, locale) => {
    const best = new Map<string, number>();
    for (const found of index.search(text, locale)) {
      const [name = ''] = found.answerId.split('/');
      best.set(name, Math.max(best.get(name) ?? 0, found.confidence));
    }
    // The index tells answers apart; of a handful of tools it needs a second opinion whether any is meant at all.
    return [...best].map(([name, confidence]) => {
      const like = likeness(text, tools.find(each => each.name === name)?.examples ?? []);
      return { name, confidence: Math.min(1, like >= SAME ? Math.max(confidence, like) : Math.min(confidence, like + 0.3)) };
    }).toSorted((a, b) => b.confidence - a.confidence);
  };
}

/** Chooses among these; what was learnt of the same tools is used again. */
export function chooserOf(tools: readonly Asked[]): Wanted {
  const key = JSON.stringify(tools.map(({ name, title, examples }) => [name, title, examples]));
  const wanted = known.get(key) ?? learn(tools);
  known.set(key, wanted);
  return wanted;
}
