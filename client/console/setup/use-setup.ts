/** The first run: which step is open, and what each step makes. Opened again it continues where the server says it stands. */
import { computed, onScopeDispose, reactive, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRoute, useRouter } from 'vue-router';
import { api, ApiProblem, listOf } from '../api.ts';
import { useSession } from '../session/use-session.ts';
import { useToasts } from '../use-toasts.ts';
import type { Channel, Conversation, Page, User } from '../wire.ts';

export const steps = ['account', 'channel', 'answers', 'done'] as const;
export type Step = (typeof steps)[number];

/** The one-time word of the link, from ?token= or #token=. */
export function tokenOf(query: Record<string, unknown>, hash: string): string {
  const inHash = new URLSearchParams(hash.replace(/^#/, '')).get('token');
  return inHash ?? (typeof query['token'] === 'string' ? query['token'] : '');
}

/** Behaviour of the wizard. */
export function useSetup() {
  const { t, locale } = useI18n();
  const route = useRoute();
  const router = useRouter();
  const session = useSession();
  const toasts = useToasts();
  const step = ref<Step>('account');
  const ready = ref(false);
  const busy = ref(false);
  const fields = ref<Record<string, string>>({});
  const account = reactive({ token: tokenOf(route.query, route.hash), name: '', email: '', password: '' });
  const channelName = ref('');
  const channel = ref<Channel | null>(null);
  const arrived = ref<Conversation | null>(null);
  const at = computed(() => steps.indexOf(step.value));

  async function start() {
    const user = await session.load().catch(() => null);
    const { needed } = await api.get<{ needed: boolean }>('/setup').catch(() => ({ needed: true }));
    if (!user && !needed) return router.replace({ name: 'sign-in' });
    if (user) {
      channel.value = (await listOf<Channel>('/channels').catch(() => [])).find((each) => each.kind === 'webchat') ?? null;
      step.value = 'channel';
      watchArrival();
    }
    channelName.value = t('setup.channel.defaultName');
    ready.value = true;
  }
  start();

  async function attempt(work: () => Promise<void>) {
    busy.value = true;
    fields.value = {};
    try {
      await work();
    } catch (error) {
      if (error instanceof ApiProblem && Object.keys(error.fields).length > 0) fields.value = error.fields;
      else toasts.failed(error);
    } finally {
      busy.value = false;
    }
  }

  const createAccount = () => attempt(async () => {
    const { user } = await api.post<{ user: User }>('/setup', { ...account, locale: locale.value });
    session.enter(user);
    // The word works once; it has no business in the history.
    await router.replace({ name: 'setup' });
    step.value = 'channel';
  });

  const createChannel = () => attempt(async () => {
    channel.value = await api.post<Channel>('/channels', { kind: 'webchat', name: channelName.value, config: {}, bot: true });
    watchArrival();
  });

  let timer: ReturnType<typeof setTimeout> | undefined;
  async function watchArrival() {
    clearTimeout(timer);
    if (!channel.value || arrived.value) return;
    const page = await api.get<Page<Conversation>>('/conversations', { channelId: channel.value.id, limit: 1 }).catch(() => ({ items: [] }));
    arrived.value = page.items[0] ?? null;
    if (!arrived.value) timer = setTimeout(watchArrival, 1500);
  }
  onScopeDispose(() => clearTimeout(timer));

  async function finish() {
    await session.setState('available').catch(() => {});
    await router.push(arrived.value ? { name: 'inbox', params: { id: arrived.value.id } } : { name: 'inbox' });
  }

  return { step, at, ready, busy, fields, account, channelName, channel, arrived, attempt, createAccount, createChannel, finish };
}

export type Setup = ReturnType<typeof useSetup>;
