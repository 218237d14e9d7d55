import { z } from 'zod';
import { actorOf } from '../conversations/conversation.ts';
import { timelineKinds, timelineOf } from '../conversations/person-timeline.ts';
import { Id } from '../conversations/schema.ts';
import { viewsOf } from '../conversations/view.ts';
import { route } from '../http/route.ts';
import { Problem } from '../problem.ts';
import { choose } from './choose.ts';
import { checkCode, sendCode } from './code.ts';
import { consentView, noteConsent } from './consent.ts';
import { contactOf, dismiss, membersOf, merge, unmerge } from './link.ts';
import { asPeople, tell } from './names.ts';
import { person } from './person.ts';
import { normalAddress } from './rules/address.ts';
import { AddressInput, ApartInput, ChoiceInput, CodeCheck, CodeInput, ConsentInput, ContactChange, MergeInput } from './schema.ts';
import { suggestions } from './suggestions.ts';

const limit = z.coerce.number().int().min(1).max(100).default(50);
/** `kinds=message,note`; absent: everything. */
const Timeline = z.strictObject({
  before: z.string().max(200).optional(), limit, channelId: Id.optional(),
  kinds: z.string().max(100).optional().transform(text => text?.split(',').filter(Boolean) ?? [...timelineKinds]).pipe(z.array(z.enum(timelineKinds)).min(1).max(timelineKinds.length)),
});

export const contactRoutes = [
  route('agent', {
    method: 'get', path: '/contacts', summary: 'People by name or address of any of their contacts', query: z.strictObject({ q: z.string().max(200).default(''), limit }),
    run: async ({ hub, query }) => ({ items: await asPeople(hub, await hub.store.contacts.search(query.q, query.limit), query.limit) }),
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
      await hub.store.contacts.change(params['id'] ?? '', body, { by, id, at: hub.now() });
      await tell(hub, await membersOf(hub, params['id'] ?? ''));
      return person(hub, params['id'] ?? '');
    },
  }),
  route('agent', {
    method: 'get', path: '/contacts/:id/conversations', summary: 'Everything the person ever wrote about, over all channels', query: z.strictObject({ limit }),
    run: async ({ hub, params, query }) => ({ items: await viewsOf(hub, await hub.store.conversations.listHeads({ members: await membersOf(hub, params['id'] ?? '') }, query.limit)) }),
  }),
  route('agent', {
    method: 'get', path: '/contacts/:id/timeline', summary: 'Everything of the person over all channels, a page in order of time: messages with what was told of them, notes, hand-overs and endings, joinings and partings, consents; before=`next` of the page goes back', query: Timeline,
    async run({ hub, params, query }) {
      await contactOf(hub, params['id'] ?? '');
      return timelineOf(hub, params['id'] ?? '', query);
    },
  }),
  route('agent', {
    method: 'post', path: '/contacts/:id/choices', summary: 'The person\'s contacts disagree about a field: one counts (take), or both stand (null). Holds while they are one person', body: ChoiceInput,
    async run({ hub, params, body, caller }) {
      await choose(hub, params['id'] ?? '', body, actorOf(caller));
      return person(hub, params['id'] ?? '');
    },
  }),
  route('agent', {
    method: 'post', path: '/contacts/:id/addresses', summary: 'A further address the person gave us; nobody is joined by it', status: 201, body: AddressInput,
    async run({ hub, params, body }) {
      const { id } = await contactOf(hub, params['id'] ?? '');
      const value = normalAddress(body.kind, body.value);
      if (value === null) throw new Problem('invalid', 'This is no such address.', { value: body.kind === 'email' ? 'must be a mail address' : 'must be a phone number with its country, such as +86 138 0013 8000' });
      await hub.store.contacts.claim({ contactId: id, kind: body.kind, value, evidence: 'person', firstSeenAt: hub.now(), lastSeenAt: hub.now() });
      return person(hub, params['id'] ?? '');
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
    method: 'get', path: '/contacts/:id/consents', summary: 'What the person allowed and forbade, newest first: the whole ledger; and what that means for each address today',
    async run({ hub, params }) {
      await contactOf(hub, params['id'] ?? '');
      return consentView(hub, params['id'] ?? '');
    },
  }),
  route('agent', {
    method: 'post', path: '/contacts/:id/consents', summary: 'Note what the customer allowed or forbade elsewhere; to take back a no needs a supervisor', status: 201, body: ConsentInput,
    async run({ hub, params, body, caller }) {
      await noteConsent(hub, params['id'] ?? '', body, actorOf(caller), caller.role !== 'agent');
      return consentView(hub, params['id'] ?? '');
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
