import { z } from 'zod';
import { flowing } from '../http/flow.ts';
import { countWish } from '../http/limits.ts';
import { personal, route } from '../http/route.ts';
import { conversation } from '../conversations/conversation.ts';
import { Locale } from '../conversations/schema.ts';
import { advise, findFor } from './advise.ts';
import { insert, reject } from './judge.ts';
import { numbersOf } from './rules/numbers.ts';
import { RewriteInput, TranslateInput, TranslationInput } from './schema.ts';
import { translateMessage } from './translate.ts';
import { rewrite, summarise, translate } from './words.ts';

const Nothing = z.strictObject({}).optional();
const Search = z.strictObject({ q: z.string().trim().min(1, 'what to look for').max(500) });
const day = z.iso.datetime({ offset: true, error: 'an ISO 8601 time with zone, e.g. 2026-11-23T09:00:00+08:00' }).transform((text) => new Date(text));
const isZone = (zone: string): boolean => { try { return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''; } catch { return false; } };
const Span = z.strictObject({ from: day.optional(), to: day.optional(), zone: z.string().max(60).refine(isZone, 'a time zone such as Asia/Shanghai').default('UTC') });
const defaultDays = 30;
const mostCounted = 100_000;
const mostTranslations = 300;

/** Suggestions, summaries and other words for the agent who has a conversation open. Nothing here is sent to anybody. */
export const copilotRoutes = [
  personal({
    method: 'get', path: '/conversations/:id/copilot', summary: 'What the copilot can do here: `model` is null where no language model is configured',
    async run({ hub, params }) {
      await conversation(hub, params['id'] ?? '');
      return { model: hub.writer?.model ?? null };
    },
  }),
  personal({
    method: 'post', path: '/conversations/:id/copilot/suggestion', summary: 'A reply to the open question with its sources, and the answers nearest to it; never sent by itself', body: Nothing,
    async run({ hub, params, caller, ...http }) {
      const head = await conversation(hub, params['id'] ?? '');
      await countWish(caller.id);
      return flowing({ hub, ...http }, flow => advise(hub, head, caller.id, flow));
    },
  }),
  personal({
    method: 'post', path: '/conversations/:id/copilot/suggestion/:suggestion/insert', summary: 'Note that the agent put it into the message; 409 when something was said since', body: Nothing, status: 204,
    run: async ({ hub, params, caller }) => insert(hub, await conversation(hub, params['id'] ?? ''), caller.id, params['suggestion'] ?? ''),
  }),
  personal({
    method: 'post', path: '/conversations/:id/copilot/suggestion/:suggestion/reject', summary: 'Note that the agent does not want it', body: Nothing, status: 204,
    run: async ({ hub, params, caller }) => reject(hub, await conversation(hub, params['id'] ?? ''), caller.id, params['suggestion'] ?? ''),
  }),
  personal({
    method: 'get', path: '/conversations/:id/copilot/answers', summary: 'Find in what this customer may be told, with scores', query: Search,
    async run({ hub, params, caller, query }) {
      const head = await conversation(hub, params['id'] ?? '');
      await countWish(caller.id);
      return { items: await findFor(hub, head, query.q) };
    },
  }),
  personal({
    method: 'post', path: '/conversations/:id/copilot/summary', summary: 'What was asked, tried, promised and is open; `written` by the model where there is one', body: z.strictObject({ locale: Locale.optional() }).optional(),
    async run({ hub, params, caller, body, ...http }) {
      const head = await conversation(hub, params['id'] ?? '');
      await countWish(caller.id);
      return flowing({ hub, ...http }, flow => summarise(hub, head, body?.locale ?? caller.person.locale, flow));
    },
  }),
  personal({
    method: 'post', path: '/conversations/:id/copilot/rewrite', summary: 'A draft in other words; 415 without a language model', body: RewriteInput,
    async run({ hub, params, caller, body, ...http }) {
      const head = await conversation(hub, params['id'] ?? '');
      await countWish(caller.id);
      return flowing({ hub, ...http }, async flow => ({ text: await rewrite(hub, head, body.text, body.wording, flow) }));
    },
  }),
  personal({
    method: 'post', path: '/conversations/:id/copilot/translate', summary: 'A draft in the other language; 415 without a language model', body: TranslateInput,
    async run({ hub, params, caller, body, ...http }) {
      const head = await conversation(hub, params['id'] ?? '');
      await countWish(caller.id);
      return flowing({ hub, ...http }, async flow => ({ text: await translate(hub, head, body.text, body.to, flow) }));
    },
  }),
  personal({
    method: 'post', path: '/conversations/:id/copilot/translations', summary: 'A message in another language, made once for everybody; `same`: it is in that language already; 415 without a language model', body: TranslationInput,
    async run({ hub, params, caller, body, ...http }) {
      const head = await conversation(hub, params['id'] ?? '');
      await countWish(caller.id);
      return flowing({ hub, ...http }, flow => translateMessage(hub, head, body.seq, body.to, flow));
    },
  }),
  personal({
    method: 'get', path: '/conversations/:id/copilot/translations', summary: 'The translations of its messages that were made already', query: z.strictObject({ to: Locale }),
    run: async ({ hub, params, query: { to } }) => ({ items: await hub.store.copilot.translationsOf((await conversation(hub, params['id'] ?? '')).id, to, mostTranslations) }),
  }),
  route('supervisor', {
    method: 'get', path: '/conversations/:id/copilot/record', summary: 'What was suggested in a conversation, and what became of it',
    async run({ hub, params }) {
      await conversation(hub, params['id'] ?? '');
      return { items: await hub.store.copilot.record(params['id'] ?? '') };
    },
  }),
  route('supervisor', {
    method: 'get', path: '/copilot/numbers', summary: 'How suggestions fare: the part that was sent, and how much of it was changed, by day, by answer and by agent', query: Span,
    async run({ hub, query: { from, to = hub.now(), zone } }) {
      const { shown, verdicts } = await hub.store.copilot.between(from ?? new Date(to.getTime() - defaultDays * 86_400_000), to, mostCounted);
      const numbers = numbersOf(shown, verdicts, zone);
      const names = new Map((await hub.store.people.list()).map(({ id, name }) => [id, name]));
      return { ...numbers, agents: numbers.agents.map(agent => ({ ...agent, name: names.get(agent.id) ?? '' })) };
    },
  }),
];
