/** Customers' messages in the agent's language: those that were made already are fetched with the conversation, others are made when they are wanted. */
import { computed, onScopeDispose, reactive, watch, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { flow, listOf } from '../api.ts';
import type { Inbox } from '../inbox/use-inbox.ts';
import { useSession } from '../session/use-session.ts';
import { useToasts } from '../use-toasts.ts';
import type { Conversation, Locale, Translation } from '../wire.ts';

/** `source`: the words it translates; '' while it is being written. */
type Shown = { text: string; source: string; state: 'writing' | 'ready' | 'same' | 'failed' };
/** Who opens a conversation reads its end. */
const mostAtOnce = 20;

/** Of the open conversation. */
export function useTranslations(head: () => Conversation | null, inbox: Inbox, model: Ref<string | null>) {
  const session = useSession();
  const toasts = useToasts();
  const { locale } = useI18n();
  const to = computed((): Locale => (locale.value === 'zh-CN' ? 'zh-CN' : 'en'));
  const always = computed(() => session.preferences.translate);
  const made = reactive(new Map<number, Shown>());
  /** What this agent opened or shut by hand. */
  const chosen = reactive(new Map<number, boolean>());
  const gone = new AbortController();
  onScopeDispose(() => gone.abort());
  const path = () => `/conversations/${head()?.id ?? ''}/copilot/translations`;

  watch([() => head()?.id, to], async ([id, language]) => {
    made.clear();
    if (!id) return;
    const known = await listOf<Translation>(path(), { to: language }).catch(() => []);
    if (head()?.id === id && to.value === language) for (const { seq, text, source } of known) made.set(seq, { text, source, state: 'ready' });
  }, { immediate: true });

  async function make(seq: number) {
    if (made.get(seq)?.state === 'writing') return;
    const wanted = { seq, to: to.value };
    made.set(seq, { text: '', source: '', state: 'writing' });
    try {
      const answer = await flow<Translation & { same?: true }>(path(), wanted, { signal: gone.signal, draft: (text) => { if (wanted.to === to.value) made.set(seq, { text, source: '', state: 'writing' }); } });
      if (wanted.to === to.value) made.set(seq, { text: answer.text, source: answer.source, state: answer.same ? 'same' : 'ready' });
    } catch (error) {
      if (!gone.signal.aborted) made.set(seq, { text: toasts.wordsOf(error), source: '', state: 'failed' });
    }
  }

  // Always: one after the other, newest first, and only where the conversation is in another language.
  let busy = false;
  async function makeAll() {
    if (busy || !always.value || !model.value || !head() || head()?.locale === to.value) return;
    busy = true;
    // Looked for after each one: what came while it was written is wanted too.
    const next = () => inbox.timeline.entries.value.filter(({ kind, actor, content }) => kind === 'message' && actor.kind === 'contact' && content?.text).slice(-mostAtOnce).findLast(({ seq }) => !made.has(seq));
    for (let one = next(); one && always.value && !gone.signal.aborted; one = next()) await make(one.seq);
    busy = false;
  }
  watch([always, model, () => inbox.timeline.entries.value.length, to], makeAll, { immediate: true });

  /** What stands below a message, if it still says that; undefined: nothing. */
  function below(seq: number, words: string): Shown | undefined {
    const found = made.get(seq);
    const open = chosen.get(seq) ?? always.value;
    if (!found || !open || found.state === 'same' && chosen.get(seq) === undefined) return undefined;
    return found.state === 'ready' && found.source !== words.trim() ? undefined : found;
  }
  function show(seq: number, words: string) {
    chosen.set(seq, true);
    const found = made.get(seq);
    if (!found || found.state === 'failed' || (found.state === 'ready' && found.source !== words.trim())) make(seq);
  }

  return {
    to, always, below, show, hide: (seq: number) => { chosen.set(seq, false); },
    setAlways: (on: boolean) => { chosen.clear(); session.savePreferences({ translate: on }).catch(toasts.failed); },
  };
}
