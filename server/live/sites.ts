import { z } from 'zod';

const Domains = z.object({ allowedDomains: z.array(z.string()).default([]) });

/** May a page of this origin embed the chat? Our own pages always; others as the channel's list says, an empty list means anybody. */
export function allowedSite(config: unknown, origin: string | undefined, ownHost: string | undefined): boolean {
  const { allowedDomains } = Domains.parse(config);
  if (!allowedDomains.length || origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const { hostname, host } = new URL(origin);
  if (host === ownHost) return true; // our own frame; who may hold it says frame-ancestors
  return allowedDomains.some(domain => domain.startsWith('*.') ? hostname.endsWith(domain.slice(1)) : domain === hostname || domain === host);
}
