/** What the server sends of a person. */
import type { Consent as ServerConsent, Field as ServerField, Permission as ServerPermission, PersonAddress, PersonView, Suggestion as ServerSuggestion, Edge } from '../../../server/contacts/schema.ts';
import type { TimelineEntry, Wire } from '../wire.ts';

export type Person = Wire<PersonView>;
export type Address = Wire<PersonAddress>;
export type Field = Wire<ServerField>;
export type Suggestion = Wire<ServerSuggestion>;
export type Consent = Wire<ServerConsent>;
export type Permission = Wire<ServerPermission>;
export type Ledger = { items: Consent[]; permissions: Permission[] };
type Joined = Wire<Pick<Edge, 'id' | 'from' | 'into' | 'by' | 'reason' | 'at' | 'evidence'>>;
/** One line of a person's timeline. */
export type HistoryItem = ({ type: 'entry'; told: TimelineEntry[] } & TimelineEntry) | ({ type: 'joined' | 'parted' } & Joined) | ({ type: 'consent' } & Consent);
export type HistoryKind = 'message' | 'note' | 'change' | 'person';
