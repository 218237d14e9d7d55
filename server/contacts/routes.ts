import { z } from 'zod';
import { actorOf } from '../conversations/conversation.ts';
import { entryView, viewsOf } from '../conversations/view.ts';
import { route } from '../http/route.ts';
import { Problem } from '../problem.ts';
import { checkCode, sendCode } from './code.ts';
import { noteConsent } from './consent.ts';
import { contactOf, dismiss, membersOf, merge, unmerge } from './link.ts';
import { person } from './person.ts';
import { ApartInput, CodeCheck, CodeInput, ConsentInput, ContactChange, MergeInput } from './schema.ts';
import { suggestions } from './suggestions.ts';

const limit = z.coerce.number().int().min(1).max(100).default(50);
const place = z.string().max(200).optional();

export const contactRoutes = [
  route('agent', {
    method: 'get', path: '/contacts', summary: 'Contacts by name or address', query: z.strictObject({ q: z.string().max(200).default(''), limit }),
    run: async ({ hub, query }) => ({ items: await hub.store.contacts.search(query.q, query.limit) }),
  }),
  route('agent', {
    method: 'get', path: '/contacts/:id', summary: 'The person behind a contact: name and fields with provenance and conflicts, every address with its evidence, the contacts it is made of',
    run: ({ hub, params }) => person(hub, params['id'] ?? ''),
  }),
  route('agent', {
    method: 'patch', path: '/contacts/:id', summary: 'Correct a contact; what the channel had said is kept beside it', body: ContactChange,
    async run({ hub, params, body, caller }) {
      const { kind: by, id } = actorOf(caller);
      await contactOf(hub, params['id'] ?? '');
      const contact = await hub.store.contacts.change(params['id'] ?? '', body, { by, id, at: hub.now() });
      if (contact) hub.events.emit('contact', { contact });
      return person(hub, params['id'] ?? '');
    },
  }),
  route('agent', {
    method: 'get', path: '/contacts/:id/conversations', summary: 'Everything the person ever wrote about, over all channels', query: z.strictObject({ limit }),
    run: async ({ hub, params, query }) => ({ items: await viewsOf(hub, await hub.store.conversations.listHeads({ members: await membersOf(hub, params['id'] ?? '') }, query.limit)) }),
  }),
  route('agent', {
    method: 'get', path: '/contacts/:id/timeline', summary: 'The person\'s messages over all channels, a page in order of time; before=`next` of the page goes back', query: z.strictObject({ before: place, limit }),
    async run({ hub, params, query }) {
      await contactOf(hub, params['id'] ?? '');
      const found = await hub.store.conversations.historyOf(await membersOf(hub, params['id'] ?? ''), query.before ? openPlace(query.before) : undefined, query.limit + 1);
      const page = found.slice(0, query.limit);
      const last = page.at(-1);
      return { items: page.toReversed().map(entryView), ...(found.length > query.limit && last ? { next: placeOf(last) } : {}) };
    },
  }),
  route('agent', {
    method: 'get', path: '/contacts/:id/suggestions', summary: 'Who else the person may be, with reasons and a score; nothing of it is joined by itself',
    async run({ hub, params }) {
      await contactOf(hub, params['id'] ?? '');
      return { items: await suggestions(hub, params['id'] ?? '') };
    },
  }),
  route('agent', {
    method: 'post', path: '/contacts/:id/merge', summary: 'Two contacts are one person; can be taken back at any time', body: MergeInput,
    async run({ hub, params, body, caller }) {
      await merge(hub, params['id'] ?? '', body.into, actorOf(caller), body.reason);
      return person(hub, params['id'] ?? '');
    },
  }),
  route('agent', {
    method: 'post', path: '/contacts/:id/unmerge', summary: 'Take a contact out of the person; no rule joins the two again', body: ApartInput,
    async run({ hub, params, body, caller }) {
      await unmerge(hub, params['id'] ?? '', body.contactId, actorOf(caller), body.reason ?? '');
      return person(hub, params['id'] ?? '');
    },
  }),
  route('agent', {
    method: 'post', path: '/contacts/:id/dismiss', summary: 'A suggestion is wrong: it comes again only with new reasons', status: 204, body: ApartInput,
    run: ({ hub, params, body, caller }) => dismiss(hub, params['id'] ?? '', body.contactId, actorOf(caller), body.reason ?? ''),
  }),
  route('agent', {
    method: 'get', path: '/contacts/:id/consents', summary: 'What the person allowed and forbade, newest first: the whole ledger',
    async run({ hub, params }) {
      await contactOf(hub, params['id'] ?? '');
      return { items: await hub.store.contacts.consentsOf(await membersOf(hub, params['id'] ?? '')) };
    },
  }),
  route('agent', {
    method: 'post', path: '/contacts/:id/consents', summary: 'Note what the customer allowed or forbade elsewhere; to take back a no needs a supervisor', status: 201, body: ConsentInput,
    async run({ hub, params, body, caller }) {
      await noteConsent(hub, params['id'] ?? '', body, actorOf(caller), caller.role !== 'agent');
      return { items: await hub.store.contacts.consentsOf(await membersOf(hub, params['id'] ?? '')) };
    },
  }),
  route('agent', {
    method: 'post', path: '/contacts/:id/codes', summary: 'Send a code to an address the customer says is theirs; whoever repeats it within 10 minutes holds it', status: 201, body: CodeInput,
    run: ({ hub, params, body, caller }) => sendCode(hub, params['id'] ?? '', body, actorOf(caller)),
  }),
  route('agent', {
    method: 'post', path: '/contacts/:id/codes/check', summary: 'The code the customer repeats: proves the address, 3 tries', body: CodeCheck,
    async run({ hub, params, body }) {
      await contactOf(hub, params['id'] ?? '');
      await checkCode(hub, params['id'] ?? '', body.code);
      return person(hub, params['id'] ?? '');
    },
  }),
];

type Place = { at: Date; seq: number; conversationId: string };
const placeOf = ({ at, seq, conversationId }: Place) => Buffer.from(`${at.getTime()}.${seq}.${conversationId}`).toString('base64url');

function openPlace(cursor: string): Place {
  const [, time, seq, conversationId] = /^(\d{1,15})\.(\d{1,9})\.([0-9a-f]{24})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (!time || !seq || !conversationId) throw new Problem('invalid', 'The cursor is not one of ours.', { 'query.before': 'take it from `next` of the page before' });
  return { at: new Date(Number(time)), seq: Number(seq), conversationId };
}
