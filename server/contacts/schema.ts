import { z } from 'zod';

/** One address of a person on one kind of channel, and why we believe it is theirs. */
export type Identity = {
  id: string;
  contactId: string;
  /** Namespace of the address: 'email', or the kind and channel that made it. */
  kind: string;
  value: string;
  /** A session identity (an anonymous visitor) ends with the browser; a stable one is worth recognising. */
  stable: boolean;
  evidence: 'wrote-from-it' | 'verified' | 'entered-by-agent';
  firstSeenAt: Date;
};

/** A person who writes to us. */
export type Contact = { id: string; name: string; attributes: Record<string, string>; createdAt: Date };

/** What an agent may correct. Attribute values are text; a null removes one. */
export const ContactChange = z.strictObject({
  name: z.string().trim().min(1, 'a contact needs a name').max(200).optional(),
  attributes: z.record(z.string().regex(/^[\p{L}\p{N}_ -]{1,60}$/u, 'an attribute name is 1 to 60 letters, digits, spaces, - or _'), z.string().max(2000).nullable()).optional(),
});
export type ContactChange = z.infer<typeof ContactChange>;
