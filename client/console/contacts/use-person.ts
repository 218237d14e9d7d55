/** The person behind a contact: who they may also be, joining and parting, what counts of them, and what they allowed. */
import { useQuery, useQueryCache } from '@pinia/colada';
import { computed } from 'vue';
import { api, listOf } from '../api.ts';
import { useFailed } from '../use-failed.ts';
import { useToasts } from '../use-toasts.ts';
import type { Ledger, Person, Suggestion } from './shapes.ts';

const touched = ['contact', 'contacts', 'contact-history', 'contact-suggestions', 'contact-timeline', 'contact-consents'];

/** Behaviour of everything that shows a person. */
export function usePerson(id: () => string) {
  const cache = useQueryCache();
  const toasts = useToasts();
  const personQuery = useQuery({ key: () => ['contact', id()], query: () => api.get<Person>(`/contacts/${id()}`) });
  const { data: found } = useQuery({ key: () => ['contact-suggestions', id()], query: () => listOf<Suggestion>(`/contacts/${id()}/suggestions`) });
  const ledgerQuery = useQuery({ key: () => ['contact-consents', id()], query: () => api.get<Ledger>(`/contacts/${id()}/consents`) });
  const { data: person } = personQuery;
  const { data: ledger } = ledgerQuery;
  const refresh = () => Promise.all(touched.map((key) => cache.invalidateQueries({ key: [key] })));

  async function attempt(work: () => Promise<unknown>) {
    try {
      await work();
      await refresh();
      return true;
    } catch (error) {
      toasts.failed(error);
      return false;
    }
  }
  const change = (path: string, body: object) => attempt(() => api.post(`/contacts/${id()}/${path}`, body));

  return {
    personQuery, personFailed: useFailed(personQuery), person, ledgerQuery, ledgerFailed: useFailed(ledgerQuery), ledger, refresh, change,
    suggestions: computed(() => found.value ?? []),
    /** The other contacts this person is made of. */
    others: computed(() => (person.value?.members ?? []).filter((member) => member.id !== id())),
    correct: (fields: { name?: string; attributes?: Record<string, string | null> }) => attempt(() => api.patch(`/contacts/${id()}`, fields)),
    /** The other one becomes part of this person, who stays the one on the screen. */
    merge: (other: string, reason: string) => attempt(() => api.post(`/contacts/${other}/merge`, { into: id(), reason })),
    unmerge: (contactId: string, reason: string) => change('unmerge', { contactId, ...(reason ? { reason } : {}) }),
    dismiss: (contactId: string) => change('dismiss', { contactId }),
    choose: (field: string, attribute: boolean, take: string | null) => change('choices', { field, attribute, take }),
  };
}
