import { z } from 'zod';
import { Id, type Actor } from '../conversations/schema.ts';

/**
 * Why we believe that an address is somebody's, weakest first: they say so; they wrote from it (a caller's number and a From: can be
 * forged); a person of ours entered it; the platform vouches for it; the site's server signed it; they repeated a code we sent there.
 */
export const Evidence = z.enum(['claimed', 'wrote-from-it', 'person', 'attested', 'hmac', 'otp']);
export type Evidence = z.infer<typeof Evidence>;

/** The address a contact writes from, on one kind of channel. It leads to exactly one contact, at any time. */
export type Identity = {
  id: string;
  contactId: string;
  /** Namespace of the address: 'email', or the kind and channel that made it. */
  kind: string;
  value: string;
  /** A session identity (an anonymous visitor) ends with the browser; a stable one is worth recognising. */
  stable: boolean;
  evidence: Exclude<Evidence, 'claimed'>;
  /** The channel it was first seen on. */
  channelId?: string;
  firstSeenAt: Date;
  /** Exact to a day. */
  lastSeenAt?: Date;
  /** The platform said that its owner left it: long after that it is somebody else's. */
  movedAt?: Date;
};

/** A further address that is said to be a contact's. Many contacts may have the same one: that is what links them. */
export type Claim = Pick<Identity, 'id' | 'contactId' | 'kind' | 'value' | 'channelId' | 'firstSeenAt'> & { evidence: Evidence; lastSeenAt: Date; said?: Said };
/** The message in which an address was read, and how it stood there. */
export type Said = { conversationId: string; seq: number; how: 'message' | 'forwarded' };

/** Who said what a contact's field holds. `evidence`: why we believe the channel. */
export type Source = { by: Actor['kind'] | 'channel'; id: string; at: Date; evidence?: Evidence };

/** Somebody who writes to us, as one address knows them. A person is one contact, or several that edges hold together. */
export type Contact = {
  id: string;
  name: string;
  attributes: Record<string, string>;
  createdAt: Date;
  /** Corrections by people and programs; a field that is not here is as its channel said. `was`: what the channel had said. */
  sources?: Record<string, Source & { was?: string }>;
};

/** Two contacts are one person. Ended, never deleted: the edge is its own audit. */
export type Edge = {
  id: string;
  from: string;
  into: string;
  by: Actor;
  reason: string;
  /** What they share, where a rule made the edge. */
  evidence?: { kind: string; value: string };
  at: Date;
  active?: true;
  ended?: { by: Actor; reason: string; at: Date };
};

/** Two contacts are not one person: somebody said so. No rule joins them; a person may, and then it is lifted. */
export type Apart = { id: string; a: string; b: string; by: Actor; reason: string; at: Date; /** What spoke for them then; only something new is suggested again. */ reasons: string[]; active?: true; lifted?: { by: Actor; at: Date } };

/**
 * What a person of ours said to contacts that disagree about a field: take what this one says, or (no `take`) let both stand. It holds while
 * they are one person, and no longer; a value that was not among `values` is a conflict anew.
 */
export type Choice = { id: string; field: string; take?: string; between: string[]; values: string[]; by: Actor; at: Date };

/** Contacts that edges hold together. `root` stands for all of them. */
export type Component = { root: string; members: string[]; edges: Edge[] };

/** Why two contacts may be one person: what they share, and why we believe it of the one and of the other. A name has no evidence. */
export type Reason = { kind: string; value: string; evidence?: [Evidence, Evidence]; said?: Said };
/** `against`: kinds of which they have different attested values though a person has one. */
export type Suggestion = { contactId: string; person: { id: string; name: string }; score: number; reasons: Reason[]; against: string[] };

/** One value of a field and who said so. `channel`: the customer's profile there. `was`: what a correction replaced. */
export type FieldValue = { value: string; contactId: string; source: Source; replaced?: true };
/** The value that counts, and every other one; a conflict when contacts of the person disagree. `chosen`: who settled it, and how. */
export type Field = { value: string; conflict: boolean; values: FieldValue[]; chosen?: Pick<Choice, 'take' | 'by' | 'at'> };
/** An address of a person, with the strongest evidence there is. `claim`: nobody wrote from it, it was said. */
export type PersonAddress = Omit<Identity, 'id' | 'evidence' | 'stable'> & { stable?: boolean; evidence: Evidence; claim: boolean; said?: Said };
/** A person: the contacts that edges hold together, seen as one. `conflicts`: fields and kinds of address that need a look. */
export type PersonView = {
  id: string;
  name: string;
  /** The name with its provenance, and the others it has elsewhere. */
  named: Field | null;
  attributes: Record<string, string>;
  fields: Record<string, Field>;
  conflicts: string[];
  identities: PersonAddress[];
  members: (Pick<Contact, 'id' | 'name' | 'attributes' | 'createdAt'>)[];
  /** Newest first, ended ones too: who joined and parted them, and why. */
  edges: Edge[];
  createdAt: Date;
};

/** What we write for: answering somebody, or something they did not ask about. */
export const Purpose = z.enum(['service', 'marketing']);
export type Purpose = z.infer<typeof Purpose>;

/** One line of the consent ledger; lines are added, never changed. */
export type Consent = {
  id: string;
  contactId: string;
  /** The address it is about; absent: every address of the contact. */
  address?: { kind: string; value: string };
  /** Holds for all channels of this kind; absent: for every channel. */
  channelKind?: string;
  /** Where it was said. */
  channelId?: string;
  /** Absent: for whatever purpose. */
  purpose?: Purpose;
  granted: boolean;
  /** Theirs, or those of the person who noted it. */
  words: string;
  by: Actor;
  /** When it was said, as far as the platform tells; the last word counts. */
  at: Date;
  /** The platform's id: a redelivery is one line. */
  externalId?: string;
};

/** What the ledger means today for one address on one kind of channel: the line that says no, where there is one. */
export type Permission = { channelKind: string; address: { kind: string; value: string }; purpose: Purpose; allowed: boolean; because?: string };

/** A code that was sent to an address; `hash` of the code, salted with the id. */
export type Code = { id: string; contactId: string; kind: string; value: string; channelId: string; hash: string; tries: number; by: Actor; createdAt: Date; until: Date; spentAt?: Date };

/** What an agent may correct. Attribute values are text; a null removes one. */
export const ContactChange = z.strictObject({
  name: z.string().trim().min(1, 'a contact needs a name').max(200).optional(),
  attributes: z.record(z.string().regex(/^[\p{L}\p{N}_ -]{1,60}$/u, 'an attribute name is 1 to 60 letters, digits, spaces, - or _'), z.string().max(2000).nullable()).optional(),
});
export type ContactChange = z.infer<typeof ContactChange>;

const reason = z.string().trim().min(1, 'say why: it is kept with the decision').max(500);

/** POST /contacts/:id/choices. */
export const ChoiceInput = z.strictObject({
  /** 'name', or an attribute's. */
  field: z.string().min(1).max(70),
  attribute: z.boolean().default(false),
  /** The contact whose value counts; null: both stand. */
  take: Id.nullable(),
});
export type ChoiceInput = z.output<typeof ChoiceInput>;

/** POST /contacts/:id/addresses. */
export const AddressInput = z.strictObject({ kind: z.enum(['email', 'phone']), value: z.string().trim().min(3, 'write the whole address').max(320) });

/** POST /contacts/:id/merge. */
export const MergeInput = z.strictObject({ into: Id, reason });
/** POST /contacts/:id/unmerge and /contacts/:id/dismiss. */
export const ApartInput = z.strictObject({ contactId: Id, reason: reason.optional() });
/** POST /contacts/:id/consents. */
export const ConsentInput = z.strictObject({
  address: z.strictObject({ kind: z.string().min(1).max(100), value: z.string().min(1).max(320) }).optional(),
  channelKind: z.string().min(1).max(60).optional(),
  purpose: Purpose.optional(),
  granted: z.boolean('say true or false'),
  words: z.string().trim().min(1, 'write down what the customer said, or where they said it').max(1000),
});
export type ConsentInput = z.infer<typeof ConsentInput>;

/** POST /contacts/:id/codes and /contacts/:id/codes/check. */
export const CodeInput = z.strictObject({ channelId: Id, to: z.string().trim().min(1, 'say where to send it').max(320) });
export const CodeCheck = z.strictObject({ code: z.string().trim().regex(/^\d{6}$/, 'a code is six digits') });
