/** The pages. Everything but the shell is loaded when it is first opened. */
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import { withWords } from '../i18n/index.ts';
import { api } from './api.ts';
import { useSession } from './session/use-session.ts';

declare module 'vue-router' {
  interface RouteMeta {
    /** Reachable without a session. */
    open?: boolean;
    /** Only for these roles. */
    roles?: string[];
    /** One of the bot's pages. */
    bot?: boolean;
    /** One of the operations pages. */
    operations?: boolean;
  }
}

const admin = { roles: ['admin'] };
const leads = { roles: ['admin', 'supervisor'] };

const routes: RouteRecordRaw[] = [
  { path: '/sign-in', name: 'sign-in', meta: { open: true }, component: () => import('./session/sign-in.vue') },
  { path: '/setup', name: 'setup', meta: { open: true }, component: withWords('bot', () => import('./setup/setup.vue')) },
  {
    path: '/',
    component: () => import('./shell/shell.vue'),
    redirect: { name: 'inbox' },
    children: [
      { path: 'inbox/:id([0-9a-f]{24})?', name: 'inbox', component: () => import('./inbox/inbox.vue') },
      { path: 'contacts/:id([0-9a-f]{24})?', name: 'contacts', component: () => import('./contacts/contacts.vue') },
      {
        path: '',
        meta: { ...leads, bot: true },
        component: withWords('bot', () => import('./bot/bot-frame.vue')),
        children: [
          { path: 'answers', name: 'answers', component: () => import('./answers/answers.vue') },
          { path: 'documents', name: 'documents', component: () => import('./knowledge/documents.vue') },
          { path: 'documents/:id([0-9a-f]{24})', name: 'document', component: () => import('./knowledge/document-page.vue') },
          { path: 'unanswered/:id([0-9a-f]{24})?', name: 'unanswered', component: () => import('./unanswered/unanswered.vue') },
          { path: 'test-chat', name: 'test-chat', component: () => import('./test-chat/test-chat.vue') },
          { path: 'training', name: 'training', component: () => import('./training/training.vue') },
          { path: 'tools', name: 'tools', meta: admin, component: () => import('./bot-tools/tools.vue') },
          { path: 'tools/:id([0-9a-f]{24}|new)', name: 'tool', meta: admin, component: () => import('./bot-tools/tool-page.vue') },
          { path: 'numbers', name: 'numbers', component: () => import('./bot-numbers/numbers.vue') },
          { path: 'numbers/conversations', name: 'numbers-behind', component: () => import('./bot-numbers/behind.vue') },
          { path: 'guardrails', name: 'guardrails', component: () => import('./bot-conduct/guardrails.vue') },
        ],
      },
      {
        path: 'operations',
        meta: { ...leads, operations: true },
        component: withWords('operations', () => import('./operations/operations-frame.vue')),
        children: [
          { path: 'queues', name: 'queues', component: () => import('./queues/queues.vue') },
          { path: 'agent-states', name: 'agent-states', component: () => import('./agent-states/agent-states.vue') },
          { path: 'reports', name: 'reports', component: () => import('./reports/reports.vue') },
          { path: 'reports/conversations', name: 'reports-behind', component: () => import('./reports/behind.vue') },
          { path: 'staffing', name: 'staffing', component: () => import('./staffing/staffing.vue') },
          { path: 'time-lab/:id([0-9a-f]{24})?', name: 'time-lab', component: () => import('./time-lab/time-lab.vue') },
          { path: 'routing-rules', name: 'routing-rules', component: () => import('./routing-rules/rules.vue') },
          { path: 'sla', name: 'sla', component: () => import('./sla/policies.vue') },
          { path: 'calendars', name: 'calendars', component: () => import('./calendars/calendars.vue') },
          { path: 'calendars/:id([0-9a-f]{24}|new)', name: 'calendar', component: () => import('./calendars/calendar-page.vue') },
        ],
      },
      {
        path: 'settings',
        component: () => import('./settings/settings.vue'),
        redirect: { name: 'preferences' },
        children: [
          { path: 'preferences', name: 'preferences', component: () => import('./settings/preferences.vue') },
          { path: 'channels', name: 'channels', meta: admin, component: () => import('./channels/channels.vue') },
          { path: 'channels/:id([0-9a-f]{24})', name: 'channel', meta: admin, component: () => import('./channels/channel-page.vue') },
          { path: 'people', name: 'people', meta: leads, component: () => import('./people/people.vue') },
          { path: 'queues', redirect: { name: 'queues' } },
          { path: 'canned-replies', name: 'canned-replies', component: () => import('./settings/canned-replies.vue') },
          { path: 'labels', name: 'labels', meta: leads, component: () => import('./settings/labels.vue') },
          { path: 'tokens', name: 'tokens', meta: admin, component: () => import('./settings/tokens.vue') },
          { path: 'quarantine', name: 'quarantine', meta: admin, component: () => import('./settings/quarantine.vue') },
        ],
      },
    ],
  },
  { path: '/:rest(.*)*', redirect: { name: 'inbox' } },
];

/** The console's router. */
export const router = createRouter({ history: createWebHistory(), routes });

router.beforeEach(async (to) => {
  if (to.meta.open) return true;
  const user = await useSession().load().catch(() => null);
  if (user) return to.meta.roles && !to.meta.roles.includes(user.role) ? { name: 'inbox' } : true;
  const { needed } = await api.get<{ needed: boolean }>('/setup').catch(() => ({ needed: false }));
  return needed ? { name: 'setup', query: to.query, hash: to.hash } : { name: 'sign-in', query: { to: to.fullPath } };
});
