import { route } from '../http/route.ts';
import { Problem } from '../problem.ts';
import { changePolicy, createPolicy, factsOf, removePolicy } from './policies.ts';
import { SlaPolicyInput, SlaPolicyPatch, Which } from './schema.ts';

export const slaRoutes = [
  route('agent', { method: 'get', path: '/sla/policies', summary: 'SLA policies in their order: the first that fits a conversation is its policy', run: async ({ hub }) => ({ items: await hub.store.sla.list() }) }),
  route('admin', { method: 'post', path: '/sla/policies', summary: 'Make an SLA policy, the last of the list', body: SlaPolicyInput, status: 201, run: ({ hub, body, caller }) => createPolicy(hub, body, caller.name) }),
  route('admin', { method: 'patch', path: '/sla/policies/:id', summary: 'Change an SLA policy: a new version, which open conversations follow at once', body: SlaPolicyPatch, run: ({ hub, params, body, caller }) => changePolicy(hub, params['id'] ?? '', body, caller.name) }),
  route('admin', { method: 'delete', path: '/sla/policies/:id', summary: 'Remove an SLA policy; its versions stay, for receipts', run: ({ hub, params }) => removePolicy(hub, params['id'] ?? '') }),
  route('supervisor', { method: 'get', path: '/sla/policies/:id/versions', summary: 'Every version of an SLA policy, the newest first', run: async ({ hub, params }) => ({ items: await hub.store.sla.versions(params['id'] ?? '') }) }),
  route('agent', {
    method: 'post', path: '/sla/which', summary: 'Which SLA policy would apply, to a conversation or to facts, and why not the others', body: Which,
    async run({ hub, body }) {
      if (!('conversationId' in body)) return hub.sla.which(body);
      const head = await hub.heads.get(body.conversationId);
      if (!head) throw new Problem('not-found', { 'zh-CN': '没有这个会话。', en: 'There is no such conversation.' });
      return hub.sla.which(factsOf(head));
    },
  }),
];
