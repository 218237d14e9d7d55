import { route } from '../http/route.ts';
import type { Hub } from '../hub.ts';
import { dryRun } from './dry-run.ts';
import { currentRules, knownTo, mustKnow, saveRules, versionsOf, type Known } from './save.ts';
import { DryRunInput, RoutingRulesInput } from './schema.ts';

const known = (hub: Hub): Promise<Known> => knownTo(hub, new Set(hub.channels.kinds.map(({ manifest }) => manifest.kind)));

/** Routing rules: those who answer for the floor read and try them, admins save them. */
export const routingRuleRoutes = [
  route('supervisor', { method: 'get', path: '/routing-rules', summary: 'Routing rules in their order: the first that fits a conversation that comes into line decides its queue, skills and priority', run: ({ hub }) => currentRules(hub) }),
  route('supervisor', { method: 'get', path: '/routing-rules/versions', summary: 'Every saving of the routing rules, the newest first; to go back, save an old one again', run: async ({ hub }) => ({ items: await versionsOf(hub) }) }),
  route('admin', {
    method: 'put', path: '/routing-rules', summary: 'Save the routing rules as the next version; 409 when somebody saved since', body: RoutingRulesInput,
    async run({ hub, body, caller: { id, name } }) {
      const saved = await saveRules(hub, body, { id, name }, await known(hub));
      await hub.routingRules.refresh();
      return saved;
    },
  }),
  route('supervisor', {
    method: 'post', path: '/routing-rules/dry-run', summary: 'Where conversations of late would have gone by these rules, without saving them', body: DryRunInput,
    async run({ hub, body }) {
      mustKnow(body.rules, await known(hub));
      return dryRun(hub, body);
    },
  }),
];
