import { z } from 'zod';
import { route } from '../http/route.ts';
import { Problem } from '../problem.ts';
import { ContactChange } from './schema.ts';

const nobody = () => new Problem('not-found', 'There is no such contact.');

export const contactRoutes = [
  route('agent', {
    method: 'get', path: '/contacts', summary: 'Contacts by name or address', query: z.strictObject({ q: z.string().max(200).default(''), limit: z.coerce.number().int().min(1).max(100).default(50) }),
    run: async ({ hub, query }) => ({ items: await hub.store.contacts.search(query.q, query.limit) }),
  }),
  route('agent', {
    method: 'get', path: '/contacts/:id', summary: 'A contact with all identities',
    async run({ hub, params }) {
      const contact = await hub.store.contacts.get(params['id'] ?? '');
      if (!contact) throw nobody();
      return { ...contact, identities: await hub.store.contacts.identitiesOf(contact.id) };
    },
  }),
  route('agent', {
    method: 'patch', path: '/contacts/:id', summary: 'Correct a contact', body: ContactChange,
    async run({ hub, params, body }) {
      const contact = await hub.store.contacts.change(params['id'] ?? '', body);
      if (!contact) throw nobody();
      hub.events.emit('contact', { contact });
      return { ...contact, identities: await hub.store.contacts.identitiesOf(contact.id) };
    },
  }),
];
