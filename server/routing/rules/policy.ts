/** The policy as it is saved and as it decides. */
import { defaultPolicy, type RoutingPolicy } from '../schema.ts';

/** A saved policy under the name that receipts give it; without one, the default. */
export function versioned(saved: { rev: number; kept: RoutingPolicy } | null): RoutingPolicy {
  return saved ? { ...saved.kept, version: `policy-${saved.rev}` } : defaultPolicy;
}
