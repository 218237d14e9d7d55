/** The form of a colleague. */
import { computed, reactive } from 'vue';
import { useI18n } from 'vue-i18n';
import { api } from '../api.ts';
import { useNames, usePeople } from '../directory.ts';
import { useSession } from '../session/use-session.ts';
import { useEditing } from '../use-editing.ts';
import { useFailed } from '../use-failed.ts';
import type { Role, Skill, User } from '../wire.ts';

/** Behaviour of the people page. */
export function usePeopleForm() {
  const { t } = useI18n();
  const session = useSession();
  const list = usePeople();
  const { data } = list;
  const names = useNames();
  const editing = useEditing<User>('people');
  const form = reactive<{ id: string; name: string; email: string; password: string; role: Role; capacity: number; caps: Record<string, number | ''>; skills: Skill[]; disabled: boolean }>({ id: '', name: '', email: '', password: '', role: 'agent', capacity: 5, caps: {}, skills: [], disabled: false });
  const everybody = computed(() => (data.value ?? []).map((person) => names.person(person.id) ?? person));
  /** Kinds of the channels there are, and those that have a cap. */
  const kinds = computed(() => [...new Set([...names.channels.value.map(({ kind }) => kind), ...Object.keys(form.caps)])].map((kind) => ({ kind, label: names.kindName(kind) })));
  const roles = computed(() => (['agent', 'supervisor', 'admin'] as const).map((value) => ({ value, label: t(`role.${value}`) })));
  const isMe = computed(() => form.id === session.user?.id);

  function edit(person?: User) {
    Object.assign(form, { id: person?.id ?? '', name: person?.name ?? '', email: person?.email ?? '', password: '', role: person?.role ?? 'agent', capacity: person?.capacity ?? 5, caps: { ...person?.perChannelCaps }, skills: (person?.skills ?? []).map((skill) => ({ ...skill })), disabled: person?.disabled ?? false });
    editing.start();
  }

  const save = () => editing.save(() => {
    const { id, password, disabled, caps, ...some } = form;
    const rest = { ...some, perChannelCaps: Object.fromEntries(Object.entries(caps).filter(([, cap]) => cap !== '')) };
    if (!id) return api.post('/people', { ...rest, password, locale: session.user?.locale ?? 'zh-CN' });
    return api.patch(`/people/${id}`, { ...rest, ...(password ? { password } : {}), ...(isMe.value ? {} : { disabled }) });
  });

  return { list, failed: useFailed(list), everybody, form, roles, kinds, edit, save, isMe, isAdmin: computed(() => session.user?.role === 'admin'), open: editing.open, busy: editing.busy, fields: editing.fields, problem: editing.problem };
}
