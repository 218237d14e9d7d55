/** Writing: text, drafts, popups, keys and sending. */
import { computed, nextTick, onScopeDispose, ref, watch, type Ref } from 'vue';
import { isImeKey, isPlainEnter } from '../../ui/ime.ts';
import { useNames } from '../directory.ts';
import { api } from '../api.ts';
import { tell } from '../live.ts';
import type { Original } from '../copilot/use-copilot.ts';
import type { Conversation } from '../wire.ts';
import { inserted, returned } from './composer-text.ts';
import { segmentsOf } from './segments.ts';
import { useCopies } from './use-copies.ts';
import { noteDraft } from './drafted.ts';
import { drafts } from './use-drafts.ts';
import { useFiles } from './use-files.ts';
import type { Inbox } from './use-inbox.ts';
import { useOutbox } from './use-outbox.ts';
import { usePopup } from './use-popup.ts';
import { useSending } from './use-sending.ts';

/** The composer of the open conversation. */
export function useComposer(head: () => Conversation, inbox: Inbox, area: Ref<HTMLTextAreaElement | null>) {
  const names = useNames();
  const outbox = useOutbox();
  const text = ref('');
  /** What was written before it was translated: it goes with the message. */
  const original = ref<Original | null>(null);
  const mode = inbox.mode;
  const channel = computed(() => names.channel((inbox.via.value ?? head().thread).channelId));
  const limits = computed(() => names.kind(channel.value?.kind)?.limits ?? {});
  const limit = computed(() => limits.value.textLength ?? 100_000);
  const overLimit = computed(() => mode.value === 'reply' && text.value.length > limit.value);
  const files = useFiles(() => (mode.value === 'reply' ? limits.value.attachmentBytes : undefined));
  const sending = computed(() => files.list.value.some((file) => !file.stored && !file.problem));
  const broken = computed(() => files.list.value.some((file) => file.problem));
  const may = useSending(head, inbox);
  const copies = useCopies(head, inbox);
  const stopped = computed(() => mode.value === 'reply' && (may.refusal.value !== undefined || copies.wrong.value.cc.length > 0 || copies.wrong.value.bcc.length > 0));
  const segments = computed(() => (mode.value === 'reply' && limits.value.segments && copies.address.value.startsWith(limits.value.segments.addresses) ? segmentsOf(text.value) : null));
  const canSend = computed(() => !stopped.value && !overLimit.value && !sending.value && !broken.value && (text.value.trim() !== '' || files.list.value.length > 0));
  const popup = usePopup({ text, mode, head, area });
  const id = head().id;

  // --- drafts: one per conversation and mode ---
  /** Text put in by us, not typed: not a change to save. */
  let ours: string | null = null;
  function put(value: string) {
    if (text.value !== value) ours = value;
    text.value = value;
  }
  async function loadDraft() {
    const wanted = mode.value;
    const draft = await drafts.load(id, wanted, async () => (await api.get<Conversation>(`/conversations/${id}`)).drafts);
    // Words typed while the draft was being fetched are newer.
    if (wanted === mode.value && text.value === '') put(draft);
  }
  loadDraft();
  // At once, before the next key: what is typed into a note must never have been a reply.
  watch(mode, () => { put(''); loadDraft(); }, { flush: 'sync' });
  watch(text, (now) => {
    if (now === '') original.value = null;
    const known = now === ours;
    ours = null;
    if (known) return;
    drafts.save(id, mode.value, now);
    noteDraft(id, now);
    if (now !== '') writing();
  }, { flush: 'sync' });

  // --- "is writing", for colleagues ---
  let lastTold = 0;
  let restTimer: ReturnType<typeof setTimeout> | undefined;
  function writing() {
    clearTimeout(restTimer);
    restTimer = setTimeout(stopWriting, 4000);
    if (Date.now() - lastTold < 3000) return;
    lastTold = Date.now();
    tell('writing', { conversationId: id, writing: true }).catch(() => {});
  }
  function stopWriting() {
    clearTimeout(restTimer);
    if (lastTold === 0) return;
    lastTold = 0;
    tell('writing', { conversationId: id, writing: false }).catch(() => {});
  }
  onScopeDispose(stopWriting);

  function send(resolve: boolean) {
    if (!canSend.value) return;
    const words = text.value.trim();
    const about = mode.value === 'reply' ? inbox.about.value : null;
    if (about?.kind === 'edit') inbox.actions.edit(about.entry.seq, words);
    else {
      outbox.send({
        conversationId: id, mode: mode.value, text: words, attachments: files.take(), seenSeq: inbox.timeline.entries.value.at(-1)?.seq ?? 0, resolve: resolve && mode.value === 'reply',
        ...(about ? { quote: about.entry.seq } : {}), ...(mode.value === 'reply' && inbox.via.value ? { thread: inbox.via.value } : {}),
        ...(mode.value === 'reply' ? { email: copies.take(), ...(original.value ? { original: original.value } : {}) } : {}),
      });
    }
    inbox.about.value = null;
    put('');
    drafts.clear(id, mode.value);
    noteDraft(id, '');
    stopWriting();
    popup.close();
    area.value?.focus();
  }

  function keydown(event: KeyboardEvent) {
    if (isImeKey(event)) return;
    if (popup.keydown(event)) return event.preventDefault();
    if (event.key === 'Escape') {
      if (inbox.about.value) { inbox.about.value = null; return; }
      area.value?.blur();
      return;
    }
    if (!isPlainEnter(event)) return;
    event.preventDefault();
    send(event.metaKey || event.ctrlKey);
  }

  watch(inbox.about, (about) => { if (about?.kind === 'edit') put(about.entry.content?.text ?? ''); });
  watch(returned, (item) => {
    if (item?.conversationId !== id) return;
    returned.value = null;
    files.giveBack(item.attachments);
    nextTick(() => { text.value = text.value.trim() === '' ? item.text : `${item.text}\n${text.value}`; });
  });

  watch(inserted, (item) => {
    if (item?.conversationId !== id) return;
    inserted.value = null;
    nextTick(() => {
      const at = area.value?.selectionStart ?? text.value.length;
      text.value = text.value.slice(0, at) + item.text + text.value.slice(at);
      nextTick(() => area.value?.setSelectionRange(at + item.text.length, at + item.text.length));
    });
  });

  return {
    mode, text, original, files, popup, canSend, sending, overLimit, limit, segments, copies, may, send, keydown, channelName: computed(() => channel.value?.name ?? ''),
    input: () => popup.look(), blur: () => { popup.close(); stopWriting(); }, openCanned: popup.openCanned,
  };
}
