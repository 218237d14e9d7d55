import { answerRoutes } from '../answers/routes.ts';
import { attachmentRoutes } from '../attachments/routes.ts';
import { authorizationRoutes } from '../authorizations/routes.ts';
import { conductRoutes } from '../bot-conduct/routes.ts';
import { spendRoutes } from '../bot-spend/routes.ts';
import { breakRoutes } from '../breaks/routes.ts';
import { botNumberRoutes } from '../bot-numbers/routes.ts';
import { botToolRoutes } from '../bot-tools/routes.ts';
import { calendarRoutes } from '../calendars/routes.ts';
import { cannedReplyRoutes } from '../canned-replies/routes.ts';
import { channelHealthRoutes } from '../channel-health/routes.ts';
import { channelRoutes } from '../channels/routes.ts';
import { closingRoutes } from '../closing/routes.ts';
import { contactRoutes } from '../contacts/routes.ts';
import { conversationActs } from '../conversations/acts.ts';
import { conversationRoutes } from '../conversations/routes.ts';
import { copilotRoutes } from '../copilot/routes.ts';
import { knowledgeRoutes } from '../knowledge/routes.ts';
import { labelRoutes } from '../labels/routes.ts';
import { peopleRoutes } from '../people/routes.ts';
import { reportRoutes } from '../reports/routes.ts';
import { queueRoutes } from '../routing/routes.ts';
import { routingRuleRoutes } from '../routing-rules/routes.ts';
import { sentimentRoutes } from '../sentiment/routes.ts';
import { staffingRoutes } from '../staffing/routes.ts';
import { timeLabRoutes } from '../time-lab/routes.ts';
import { slaRoutes } from '../sla/routes.ts';
import { trainingRoutes } from '../training/routes.ts';
import { unansweredRoutes } from '../unanswered/routes.ts';
import type { Route } from './route.ts';

/** The whole API; the authorisation matrix and /openapi.json are generated from it. */
export const routes: Route[] = [
  ...peopleRoutes, ...breakRoutes, ...queueRoutes, ...channelRoutes, ...channelHealthRoutes, ...closingRoutes, ...conversationRoutes, ...conversationActs, ...contactRoutes, ...calendarRoutes, ...cannedReplyRoutes, ...labelRoutes, ...answerRoutes, ...unansweredRoutes, ...botNumberRoutes, ...knowledgeRoutes, ...attachmentRoutes, ...authorizationRoutes, ...trainingRoutes, ...conductRoutes, ...spendRoutes, ...botToolRoutes, ...copilotRoutes, ...sentimentRoutes, ...slaRoutes, ...routingRuleRoutes, ...reportRoutes, ...timeLabRoutes, ...staffingRoutes,
];
