import type mongoose from 'mongoose';
import { revisions } from '../store/revisions.ts';
import { RoutingRules } from './schema.ts';

export type RoutingRulesStore = ReturnType<typeof routingRulesStore>;

/** The routing rules, saving by saving. */
export const routingRulesStore = (db: mongoose.Connection) => revisions(db.collection('routing_rules'), (stored) => RoutingRules.parse(stored));
