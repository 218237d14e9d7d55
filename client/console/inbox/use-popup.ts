/** The popups of the composer: `/` canned replies, `@` colleagues in notes. */
import { computed, nextTick, ref, type Ref } from 'vue';
import { useCannedReplies, useNames } from '../directory.ts';
import { useSession } from '../session/use-session.ts';
import type { Conversation, DraftMode } from '../wire.ts';
import { fillVariables, matchCanned, mentionQuery, slashQuery } from './match-canned.ts';

type Field = { text: Ref<string>; mode: Ref<DraftMode>; head: () => Conversation; area: Ref<HTMLTextAreaElement | null> };

/** Watches the caret; `keydown` answers true when it used the key. */
export function usePopup({ text, mode, head, area }: Field) {
  const names = useNames();
  const session = useSession();
  const { data: replies } = useCannedReplies();
  const found = ref<{ query: string; from: number } | null>(null);
  const kind = ref<'canned' | 'mention'>('canned');
  const active = ref(0);

  const items = computed(() => {
    if (!found.value) return [];
    const query = found.value.query;
    if (kind.value === 'mention') {
      return names.people.value.filter((person) => person.name.toLowerCase().includes(query.toLowerCase())).slice(0, 8)
        .map((person) => ({ id: person.id, title: person.name, hint: person.email, insert: `@${person.name} ` }));
    }
    return matchCanned(replies.value ?? [], query, head().locale).map((reply) => {
      const filled = fillVariables(reply.text, { 'contact.name': head().contact.name, 'agent.name': session.user?.name ?? '' });
      return { id: reply.id, title: reply.title, tag: `/${reply.shortcut.replace(/^\//, '')}`, hint: filled, insert: filled };
    });
  });

  /** Looks at the text before the caret. */
  function look() {
    const caret = area.value?.selectionStart ?? text.value.length;
    const value = area.value?.value ?? text.value;
    const mention = mode.value === 'note' ? mentionQuery(value, caret) : null;
    kind.value = mention ? 'mention' : 'canned';
    found.value = mention ?? slashQuery(value, caret);
    active.value = 0;
  }

  function choose(index: number) {
    const item = items.value[index];
    const range = found.value;
    if (!item || !range) return;
    const end = range.from + range.query.length + 1;
    text.value = text.value.slice(0, range.from) + item.insert + text.value.slice(end);
    const caret = range.from + item.insert.length;
    close();
    nextTick(() => {
      area.value?.focus();
      area.value?.setSelectionRange(caret, caret);
    });
  }

  function close() {
    found.value = null;
  }

  function keydown(event: KeyboardEvent): boolean {
    const count = items.value.length;
    if (count === 0) return false;
    if (event.key === 'ArrowDown') active.value = (active.value + 1) % count;
    else if (event.key === 'ArrowUp') active.value = (active.value + count - 1) % count;
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') choose(active.value);
    else if (event.key === 'Escape') close();
    else return false;
    return true;
  }

  /** The button does what typing a slash does. */
  function openCanned() {
    const element = area.value;
    const caret = element?.selectionStart ?? text.value.length;
    const gap = caret === 0 || /\s$/.test(text.value.slice(0, caret)) ? '/' : ' /';
    text.value = text.value.slice(0, caret) + gap + text.value.slice(caret);
    nextTick(() => {
      element?.focus();
      element?.setSelectionRange(caret + gap.length, caret + gap.length);
      look();
    });
  }

  return { items, active, kind, look, choose, close, keydown, openCanned };
}
