import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { Hub } from '../hub.ts';

/** Prometheus figures of this process. */
export function metrics(hub: Hub): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'hubbub_' });
  const entries = new Counter({ name: 'hubbub_entries_total', help: 'Timeline entries appended by this node', labelNames: ['kind', 'actor'], registers: [registry] });
  const deliveries = new Counter({ name: 'hubbub_deliveries_total', help: 'Delivery states reached', labelNames: ['state'], registers: [registry] });
  new Gauge({ name: 'hubbub_answers', help: 'Answers the bot knows', registers: [registry], collect() { this.set(hub.knowledge.size); } });
  hub.events.on('appended', ({ entry }) => entries.inc({ kind: entry.kind, actor: entry.actor.kind }));
  hub.events.on('delivery', ({ delivery }) => deliveries.inc({ state: delivery.state }));
  return registry;
}
