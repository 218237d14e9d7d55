/** Twilio's Content templates: texts that WhatsApp approved. */
import type { Twilio } from 'twilio';
import { z } from 'zod';
import type { Template } from '../connector.ts';
import type { Content } from '../../server/conversations/schema.ts';

const Types = z.record(z.string(), z.looseObject({ body: z.string().optional() }).catch({})).catch({});
const Approval = z.looseObject({ status: z.string().optional(), category: z.string().optional() }).catch({});

/** A template we can name again: the id stands behind the name, because two languages may share one. */
export async function listTemplates(client: Twilio): Promise<Template[]> {
  const listed = await client.content.v1.contentAndApprovals.list({ limit: 500 });
  return listed.map(({ sid, friendlyName, language, types, approvalRequests }) => templateOf({ sid, friendlyName, language, types, approvalRequests }));
}

/** Pure; what is missing is empty. */
export function templateOf({ sid, friendlyName, language, types, approvalRequests }: { sid: string; friendlyName?: string; language?: string; types?: unknown; approvalRequests?: unknown }): Template {
  const text = Object.values(Types.parse(types ?? {})).find(({ body }) => body)?.body ?? '';
  const { status, category } = Approval.parse(approvalRequests ?? {});
  return {
    name: `${friendlyName || 'template'} (${sid})`, language: language ?? '', text,
    variables: Math.max(0, ...[...text.matchAll(/\{\{(\d{1,2})\}\}/g)].map(([, number]) => Number(number))),
    ...(category ? { category: category.toLowerCase() } : {}),
    status: status === 'approved' ? 'approved' : status === 'rejected' || status === 'disabled' ? 'rejected' : 'pending',
  };
}

/** The ContentSid of a template: in its name, or by its name without the id. */
export function idOf({ name, language }: NonNullable<Content['template']>, known: Template[]): string | undefined {
  const own = /\b(HX[0-9a-fA-F]{32})\b/.exec(name)?.[1];
  if (own) return own;
  const named = known.filter((one) => one.name.startsWith(`${name} (`));
  return /\b(HX[0-9a-fA-F]{32})\b/.exec((named.find((one) => one.language === language) ?? (named.length === 1 ? named[0] : undefined))?.name ?? '')?.[1];
}
