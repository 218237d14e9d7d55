/** The person behind a contact: who they may also be, joining and parting, and what they allowed. */
import { useQuery, useQueryCache } from '@pinia/colada';
import { computed } from 'vue';
import { api, listOf } from '../api.ts';
import { useToasts } from '../use-toasts.ts';
import type { Contact, Consent, Suggestion } from '../wire.ts';

/** Behaviour of everything that shows a person. */
export function usePerson(id: () => string) {
  const cache = useQueryCache();
  const toasts = useToasts();
  const { data: person } = useQuery({ key: () => ['contact', id()], query: () => api.get<Contact>(`/contacts/${id()}`) });
  const { data: found } = useQuery({ key: () => ['contact-suggestions', id()], query: () => listOf<Suggestion>(`/contacts/${id()}/suggestions`) });
  const { data: consents } = useQuery({ key: () => ['contact-consents', id()], query: () => listOf<Consent>(`/contacts/${id()}/consents`) });

  async function change(path: string, body: object) {
    try {
      await api.post(`/contacts/${id()}/${path}`, body);
      await Promise.all(['contact', 'contacts', 'contact-history', 'contact-suggestions', 'contact-timeline'].map((key) => cache.invalidateQueries({ key: [key] })));
      return true;
    } catch (error) {
      toasts.failed(error);
      return false;
    }
  }

  return {
    person, consents,
    suggestions: computed(() => found.value ?? []),
    /** The other contacts this person is made of. */
    others: computed(() => (person.value?.members ?? []).filter((member) => member.id !== id())),
    merge: (into: string, reason: string) => change('merge', { into, reason }),
    unmerge: (contactId: string) => change('unmerge', { contactId }),
    dismiss: (contactId: string) => change('dismiss', { contactId }),
  };
}
