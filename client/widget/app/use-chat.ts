/** The conversation as the screen needs it: state that follows the hub, and the few things a visitor can do. */
import { computed, ref, shallowRef, watch } from 'vue';
import type { Line, Problem, Rating, Ratings, SiteUser, ThreadStatus, Uploaded, WidgetConfig } from '../wire.ts';
import { openLive } from './live.ts';
import { newId } from './new-id.ts';
import { createSender, restoreOutbox, saidBy, saveOutbox } from './outbox.ts';
import { acknowledged, advanced, discarded, emptyThread, marked, queued, received, unread, type Thread } from './transcript.ts';

/** A line about what happened, shown after the line with this seq. */
export type Notice = { after: number; name: string };
export type Chat = ReturnType<typeof useChat>;

const offlineAfterMs = 3_000;
const typingEndsMs = 12_000;

/** Whom a token or an id names; nothing is believed here. */
function userIn(user: SiteUser | null): string | undefined {
  if (!user?.token) return user?.id;
  try { return String(JSON.parse(atob((user.token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))).sub); } catch { return user.token; }
}

/** `keepToken` hands a token to the page that stores it; `heard` is called for each new line of ours. */
export function useChat(channelId: string, page: { keepToken(token: string): void; heard(line: Line): void; refused(problem: Problem): void }) {
  const thread = shallowRef<Thread>(emptyThread(restoreOutbox(channelId)));
  const status = shallowRef<ThreadStatus | null>(null);
  const config = shallowRef<WidgetConfig | null>(null);
  const token = ref<string | null>(null);
  const user = shallowRef<SiteUser | null>(null);
  const profile = shallowRef<{ name?: string; email?: string }>({});
  const notices = shallowRef<Notice[]>([]);
  const ratings = shallowRef<Ratings>({});
  const [loaded, offline, slow, looking, ends] = [ref(false), ref(false), ref(false), ref(false), ref(false)];
  const typing = ref(false);
  /** Counts the people who sat here: what one of them has begun to write is not the next one's. */
  const person = ref(0);
  const refused = ref<string | null>(null);
  let [threadKey, started, readSeq, told] = ['', false, 0, { delivered: 0, read: 0 }];
  let offlineTimer: ReturnType<typeof setTimeout> | undefined;
  let typingTimer: ReturnType<typeof setTimeout> | undefined;

  const lastOfOurs = computed(() => thread.value.lines.findLast((line) => line.from !== 'contact')?.seq ?? 0);
  const unreadCount = computed(() => (looking.value ? 0 : unread(thread.value, readSeq)));

  function forget(): void {
    thread.value = emptyThread(thread.value.outbox);
    [status.value, notices.value, ratings.value, loaded.value, readSeq, told] = [null, [], {}, false, 0, { delivered: 0, read: 0 }];
  }
  /** Somebody else sits here now: unsent words of a named user go with them. */
  function part(): void {
    thread.value = { ...thread.value, outbox: saidBy(thread.value.outbox, userIn(user.value)) };
    profile.value = {};
    person.value++;
  }
  function showTyping(on: boolean): void {
    clearTimeout(typingTimer);
    typing.value = on;
    if (on) typingTimer = setTimeout(() => { typing.value = false; }, typingEndsMs);
  }
  function showRating(seq: number, rating: Rating | undefined): void {
    const { [seq]: _before, ...others } = ratings.value;
    ratings.value = rating ? { ...others, [seq]: rating } : others;
  }
  function setStatus(next: ThreadStatus | null): void {
    const before = status.value;
    status.value = next;
    if (before && next?.handler === 'agent' && next.agent && (before.handler !== 'agent' || before.agent !== next.agent)) {
      notices.value = [...notices.value, { after: thread.value.lines.at(-1)?.seq ?? 0, name: next.agent }];
    }
  }
  /** Tells the hub what was shown and what was looked at, each number once. */
  function confirm(): void {
    const seq = lastOfOurs.value;
    if (!live.ready()) return;
    if (looking.value && seq > told.read) {
      live.tell('read', seq);
      told = { delivered: seq, read: seq };
    } else if (seq > told.delivered) {
      live.tell('delivered', seq);
      told.delivered = seq;
    }
    if (looking.value) readSeq = Math.max(readSeq, seq);
  }

  const live = openLive({
    auth: () => ({ channelId, ...(token.value ? { token: token.value } : {}), ...(user.value?.id || user.value?.token ? { user: user.value } : {}) }),
    welcome(welcome) {
      if (threadKey && threadKey !== welcome.thread) forget();
      [threadKey, config.value, token.value, refused.value] = [welcome.thread, welcome.config, welcome.token, null];
      // A verified user's token is not kept: the site vouches for them anew on each page.
      if (welcome.token.startsWith('v1.v')) page.keepToken(welcome.token);
      if (welcome.problem) page.refused(welcome.problem);
    },
    cursor: () => thread.value.cursor,
    resumed(answer) {
      if (answer.reset) forget();
      thread.value = received(thread.value, answer.entries);
      ratings.value = answer.ratings ?? {};
      [loaded.value, ends.value, told] = [true, answer.ends ?? false, { delivered: 0, read: 0 }];
      setStatus(answer.status);
      confirm();
      void flush();
    },
    lines(lines) {
      const fresh = lines.filter((line) => line.from !== 'contact' && line.seq > thread.value.cursor);
      thread.value = received(thread.value, lines);
      if (fresh.length > 0) showTyping(false);
      confirm();
      for (const line of fresh) page.heard(line);
    },
    restart: forget,
    delivery: (change) => { thread.value = advanced(thread.value, change); },
    typing: showTyping,
    rating: ({ seq, rating }) => { showRating(seq, rating ?? undefined); },
    status: setStatus,
    connection(up) {
      clearTimeout(offlineTimer);
      if (up) offline.value = false;
      else if (started) offlineTimer = setTimeout(() => { offline.value = true; }, offlineAfterMs);
      if (up) void flush();
    },
    refused(problem) {
      refused.value = problem.code;
      page.refused(problem);
    },
  });

  const flush = createSender({
    ready: () => live.ready(),
    next: () => thread.value.outbox.find((one) => one.state === 'sending'),
    deliver: ({ id, text, attachments }) => live.send({ id, ...(text ? { text } : {}), ...(attachments?.length ? { attachments } : {}), ...profile.value }),
    sent: (id, seq) => { thread.value = acknowledged(thread.value, id, seq); },
    refused: (id, problem) => { thread.value = marked(thread.value, id, 'failed', problem); },
    slow: (waiting) => { slow.value = waiting; },
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });

  watch(() => thread.value.outbox, (outbox) => saveOutbox(channelId, outbox));
  watch(looking, confirm);

  return {
    channelId, thread, status, config, token, profile, notices, ratings, loaded, offline, slow, looking, ends, typing, person, refused, unreadCount,
    connect(kept: string | null): void {
      if (started) return;
      token.value = kept ?? token.value;
      thread.value = { ...thread.value, outbox: saidBy(thread.value.outbox, userIn(user.value)) };
      live.connect();
      started = true;
    },
    /** Another person, as the site says: their thread, not the one on the screen. */
    setUser(next: SiteUser): void {
      const before = user.value;
      user.value = next;
      if (userIn(before) !== undefined && userIn(before) !== userIn(next)) part();
      profile.value = { ...profile.value, ...(next.name ? { name: next.name } : {}), ...(next.email ? { email: next.email } : {}) };
      if (!started || (next.id === before?.id && next.hash === before?.hash && next.token === before?.token)) return;
      // A fresh token of the same user goes on where they are; anybody else must not see it for a moment.
      if (!next.token || userIn(next) !== userIn(before)) forget();
      live.reconnect();
    },
    reset(): void {
      thread.value = emptyThread();
      forget();
      [token.value, user.value, threadKey, started] = [null, null, '', false];
      part();
      live.disconnect();
    },
    send(text: string, attachments: Uploaded[] = []): void {
      const by = userIn(user.value);
      thread.value = queued(thread.value, { id: newId(), ...(by === undefined ? {} : { by }), at: new Date().toISOString(), text, attachments, state: 'sending' });
      void flush();
    },
    retry(id: string): void {
      thread.value = marked(thread.value, id, 'sending');
      void flush();
    },
    discard(id: string): void { thread.value = discarded(thread.value, id); },
    /** Says whether an answer helped; null takes it back. What could not be stored is not shown. */
    async rate(seq: number, rating: Rating | null): Promise<void> {
      const before = ratings.value[seq];
      showRating(seq, rating ?? undefined);
      await live.rate(newId(), seq, rating).catch(() => showRating(seq, before));
    },
    setTyping: (on: boolean) => live.typing(on),
    end: () => live.end(),
  };
}
