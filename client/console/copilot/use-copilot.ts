/** What the copilot offers for the open conversation. Advice is shown only while nobody has said anything newer. */
import { computed, inject, onScopeDispose, provide, ref, shallowRef, watch, type InjectionKey } from 'vue';
import { api, flow } from '../api.ts';
import { inserted } from '../inbox/composer-text.ts';
import type { Inbox } from '../inbox/use-inbox.ts';
import { useSession } from '../session/use-session.ts';
import { onShortcut } from '../shell/use-shortcuts.ts';
import { useToasts } from '../use-toasts.ts';
import type { Advice, Conversation, Locale } from '../wire.ts';
import { useTranslations } from './use-translations.ts';

export type View = 'suggestion' | 'find' | 'summary' | 'rewording';
/** What an agent wrote before it was translated. */
export type Original = { text: string; locale: Locale };
export type Copilot = ReturnType<typeof makeCopilot>;
const key: InjectionKey<Copilot> = Symbol('copilot');
/** Five short messages are one question: it is asked once they have come. */
const settleMs = 300;

/** For the parts below the conversation. */
export const useCopilot = (): Copilot | undefined => inject(key, undefined);

/** For the conversation itself. */
export function provideCopilot(head: () => Conversation | null, inbox: Inbox): Copilot {
  const copilot = makeCopilot(head, inbox);
  provide(key, copilot);
  return copilot;
}

function makeCopilot(head: () => Conversation | null, inbox: Inbox) {
  const session = useSession();
  const toasts = useToasts();
  /** Of which conversation it is, it says itself: the pane may hold another by the time it comes. */
  const advice = shallowRef<(Advice & { conversationId: string }) | null>(null);
  /** The suggestion as far as it is written and checked. */
  const draft = ref('');
  const failed = ref(false);
  const view = ref<View | null>(null);
  /** Seq of the customer's message whose suggestion the agent put into the composer. */
  const usedFor = ref(0);
  const model = ref<string | null>(null);
  /** The draft in other words, as far as it is written; null: nobody writes. */
  const rewording = ref<string | null>(null);
  let asking = new AbortController();
  let writing = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Seq of the customer's message that waits for a person; 0: none does. */
  const openSeq = computed(() => {
    const now = head();
    return now && now.status !== 'resolved' && now.handler !== 'bot' && now.lastContactSeq > now.lastReplySeq ? now.lastContactSeq : 0;
  });
  const current = computed(() => (advice.value && advice.value.conversationId === head()?.id && openSeq.value === advice.value.forSeq ? advice.value : null));
  const suggestion = computed(() => (usedFor.value === openSeq.value ? null : current.value?.suggestion ?? null));
  const state = computed(() => {
    if (openSeq.value === 0) return 'quiet';
    if (usedFor.value === openSeq.value) return 'used';
    if (failed.value) return 'failed';
    if (!current.value) return 'looking';
    return suggestion.value ? 'ready' : current.value.rejected ? 'rejected' : 'none';
  });
  /** A colleague's question is looked at only when the copilot is opened. */
  const wanted = computed(() => openSeq.value > 0 && (view.value === 'suggestion' || !head()?.assigneeId || head()?.assigneeId === session.user?.id));
  const path = () => `/conversations/${head()?.id ?? ''}/copilot`;

  async function ask(seq: number) {
    const conversationId = head()?.id ?? '';
    asking.abort();
    const mine = asking = new AbortController();
    const still = () => !mine.signal.aborted && seq === openSeq.value && head()?.id === conversationId;
    failed.value = false;
    draft.value = '';
    try {
      const answer = await flow<Advice>(`${path()}/suggestion`, {}, { signal: mine.signal, draft: (text) => { if (still()) draft.value = text; } });
      if (!still()) return;
      advice.value = { ...answer, conversationId };
      // Put into the message before the page was loaded anew: it stands in the draft.
      if (answer.used) usedFor.value = answer.forSeq;
    } catch {
      // What became out of date on the way is asked for anew by what came.
      if (still()) failed.value = true;
    } finally {
      if (asking === mine) draft.value = '';
    }
  }
  watch([openSeq, wanted], () => {
    clearTimeout(timer);
    // Nobody reads on: the model need not write on.
    asking.abort();
    if (wanted.value && !current.value) timer = setTimeout(ask, advice.value ? settleMs : 0, openSeq.value);
  }, { immediate: true });
  const stopModel = watch(() => head()?.id, (id) => {
    if (id) api.get<{ model: string | null }>(`${path()}`).then((answer) => { model.value = answer.model; }).catch(() => {});
  }, { immediate: true });

  function put(text: string) {
    const id = head()?.id;
    if (!id) return;
    inbox.write('reply');
    inserted.value = { conversationId: id, text };
  }
  async function insert() {
    const mine = suggestion.value;
    const id = head()?.id;
    if (!mine || !id) return;
    try {
      await api.post(`${path()}/suggestion/${mine.id}/insert`);
      // Who went on to another customer meanwhile must not find these words there.
      if (head()?.id !== id) return;
      usedFor.value = mine.forSeq;
      view.value = null;
      put(mine.text);
    } catch (error) {
      toasts.failed(error);
    }
  }
  async function reject() {
    const mine = suggestion.value;
    if (!mine || !advice.value) return;
    const before = advice.value;
    advice.value = { ...before, suggestion: null, rejected: true };
    await api.post(`${path()}/suggestion/${mine.id}/reject`).catch((error: unknown) => {
      advice.value = before;
      toasts.failed(error);
    });
  }
  function toggle(next: View) {
    view.value = view.value === next ? null : next;
  }
  /** The draft in other words; undefined: it failed, which was told, or nobody wants it any more. */
  async function reword(how: 'rewrite' | 'translate', wish: object): Promise<string | undefined> {
    writing.abort();
    const mine = writing = new AbortController();
    const before = view.value === 'rewording' ? null : view.value;
    rewording.value = '';
    view.value = 'rewording';
    try {
      return (await flow<{ text: string }>(`${path()}/${how}`, wish, { signal: mine.signal, draft: (text) => { if (!mine.signal.aborted) rewording.value = text; } })).text;
    } catch (error) {
      if (!mine.signal.aborted) toasts.failed(error);
      return undefined;
    } finally {
      if (writing === mine) {
        rewording.value = null;
        if (view.value === 'rewording') view.value = before;
      }
    }
  }
  const translations = useTranslations(head, inbox, model);
  // Shutting the panel says that nobody waits.
  watch(view, (now, was) => { if (was === 'rewording' && now !== 'rewording') writing.abort(); });
  const stop = onShortcut({ suggestion: () => { insert(); }, copilot: () => toggle('suggestion') }, () => session.preferences.shortcuts);
  onScopeDispose(() => { clearTimeout(timer); stop(); stopModel(); asking.abort(); writing.abort(); });

  return { state, view, suggestion, current, draft, model, rewording, translations, path, put, insert, reject, toggle, reword, stopRewording: () => { view.value = null; }, again: () => { ask(openSeq.value); } };
}
