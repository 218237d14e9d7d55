/** Contacts of one person disagree: a person of ours says which value counts, or that both stand. */
import type { Actor } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { tell } from './names.ts';
import { person } from './person.ts';
import { fieldKey, sameValue } from './rules/field.ts';
import type { ChoiceInput } from './schema.ts';

/** Keeps the choice beside the contacts, which stay what they are: parted again, each has its own. */
export async function choose(hub: Hub, id: string, { field, attribute, take }: ChoiceInput, by: Actor): Promise<void> {
  const view = await person(hub, id);
  const disputed = attribute ? view.fields[field] : field === 'name' ? view.named : null;
  const standing = disputed?.values.filter(each => !each.replaced) ?? [];
  if (new Set(standing.map(each => sameValue(each.value))).size < 2) throw new Problem('conflict', 'The contacts of this person do not disagree about that.');
  if (take !== null && !standing.some(each => each.contactId === take)) throw new Problem('invalid', 'That contact says nothing about it.', { take: 'take it from the values of the field' });
  await hub.store.contacts.addChoice({
    field: fieldKey(field, attribute), ...(take === null ? {} : { take }), between: [...new Set(standing.map(each => each.contactId))], values: [...new Set(standing.map(each => sameValue(each.value)))], by, at: hub.now(),
  });
  await tell(hub, view.members.map(member => member.id));
}
