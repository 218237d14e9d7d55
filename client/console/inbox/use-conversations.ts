/** The list of conversations: one map of heads, one order on screen, live news folded in without moving rows under the pointer. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { api } from '../api.ts';
import { onLive, onLiveConnect } from '../live.ts';
import { useSession } from '../session/use-session.ts';
import type { Conversation, Counts, Page } from '../wire.ts';
import { dueFirst } from '../sla/due.ts';
import { belongs, heldOrder, newestFirst, type Filter } from './order-rows.ts';

const pageSize = 40;

/** The inbox list. */
export const useConversations = defineStore('conversations', () => {
  const session = useSession();
  const heads = shallowRef(new Map<string, Conversation>());
  const wanted = ref<string[]>([]);
  const shown = ref<string[]>([]);
  const waiting = ref(0);
  const filter = ref<Filter>({ view: 'mine', status: 'active', q: '', channelId: '', unhappy: false });
  const counts = ref<Counts>({ mine: 0, unassigned: 0, all: 0, waiting: 0 });
  const next = ref<string | null>(null);
  const loading = ref(false);
  const failed = ref(false);
  const held = ref(false);
  const openId = ref<string | null>(null);
  let round = 0;

  // The server counts snoozed ones as active; they left the agent's desk, so only their own filter shows them.
  const rows = computed(() => shown.value.map((id) => heads.value.get(id)).filter((head) => head !== undefined).filter((head) => filter.value.status !== 'active' || head.status !== 'snoozed' || head.id === openId.value));
  const offers = computed(() => [...heads.value.values()].filter((head) => head.offer?.agentId === session.user?.id));

  function keep(list: Conversation[]) {
    const map = new Map(heads.value);
    for (const head of list) {
      const known = map.get(head.id);
      if (!known || known.seq <= head.seq) map.set(head.id, head);
    }
    heads.value = map;
  }

  function show() {
    shown.value = wanted.value;
    waiting.value = 0;
  }

  function sort() {
    const known = wanted.value.map((id) => heads.value.get(id)).filter((head) => head !== undefined);
    wanted.value = known.sort(filter.value.deadline ? dueFirst : newestFirst).map((head) => head.id);
    if (!held.value) return show();
    const order = heldOrder(shown.value, wanted.value);
    shown.value = order.rows;
    waiting.value = order.waiting;
  }

  const query = () => ({ view: filter.value.view, status: filter.value.status === 'active' ? undefined : filter.value.status, q: filter.value.q, channelId: filter.value.channelId, mood: filter.value.unhappy ? 'unhappy' : undefined, sla: filter.value.deadline, limit: pageSize });

  /** Reads the list anew, as after a reconnect; what is on screen stays until the answer is here. */
  async function refresh() {
    const mine = ++round;
    loading.value = true;
    try {
      const page = await api.get<Page<Conversation>>('/conversations', query());
      if (mine !== round) return;
      keep(page.items);
      wanted.value = page.items.map((head) => head.id);
      next.value = page.next ?? null;
      failed.value = false;
      sort();
    } catch {
      if (mine === round) failed.value = true;
    } finally {
      if (mine === round) loading.value = false;
    }
  }

  async function loadMore() {
    if (loading.value || !next.value) return;
    const mine = round;
    loading.value = true;
    try {
      const page = await api.get<Page<Conversation>>('/conversations', { ...query(), cursor: next.value });
      if (mine !== round) return;
      keep(page.items);
      wanted.value = [...new Set([...wanted.value, ...page.items.map((head) => head.id)])];
      next.value = page.next ?? null;
      shown.value = [...new Set([...shown.value, ...wanted.value])];
    } catch {
      // Scrolling again asks again.
    } finally {
      if (mine === round) loading.value = false;
    }
  }

  let countTimer: ReturnType<typeof setTimeout> | undefined;
  /** Asks for the numbers on the tabs, at most once a second. */
  function refreshCounts() {
    countTimer ??= setTimeout(async () => {
      countTimer = undefined;
      counts.value = await api.get<Counts>('/conversations/counts').catch(() => counts.value);
    }, 400);
  }

  /** Offers may lie outside the list on screen. */
  async function refreshOffers() {
    const page = await api.get<Page<Conversation>>('/conversations', { view: 'offers', limit: 100 }).catch(() => ({ items: [] }));
    keep(page.items);
  }

  /** Folds one head in: from an event, or from what an action answered. */
  function update(head: Conversation) {
    keep([head]);
    const here = wanted.value.includes(head.id);
    const should = belongs(head, filter.value, session.user?.id ?? '') || (filter.value.q !== '' && here);
    // The open conversation keeps its row: it must not vanish while somebody reads it.
    if (should && !here) wanted.value = [head.id, ...wanted.value];
    if (!should && here && head.id !== openId.value) wanted.value = wanted.value.filter((id) => id !== head.id);
    sort();
    refreshCounts();
  }

  /** Changes what the row shows before the server confirms. */
  function patch(id: string, change: Partial<Conversation>) {
    const head = heads.value.get(id);
    if (head) heads.value = new Map(heads.value).set(id, { ...head, ...change });
  }

  // What kept its row because it was read leaves the list with its reader.
  watch(openId, (_now, before) => {
    const left = before === null ? undefined : heads.value.get(before);
    if (!left || filter.value.q !== '' || belongs(left, filter.value, session.user?.id ?? '')) return;
    wanted.value = wanted.value.filter((id) => id !== left.id);
    sort();
  });
  watch(held, (now) => { if (!now) show(); });
  watch(filter, (after, before) => {
    // Another view or search is another list: holding its order would show nothing.
    if (after.view !== before.view || after.status !== before.status || after.channelId !== before.channelId || after.unhappy !== before.unhappy || after.deadline !== before.deadline) { shown.value = []; wanted.value = []; }
    refresh().then(show);
  });
  onLive('entry', ({ head }) => update(head));
  onLive('contact', (contact) => {
    for (const head of heads.value.values()) if (head.contactId === contact.id) patch(head.id, { contact: { id: contact.id, name: contact.name } });
  });
  onLiveConnect(() => { refresh(); refreshCounts(); refreshOffers(); });

  return { heads, rows, offers, wanted, waiting, filter, counts, next, loading, failed, held, openId, refresh, refreshCounts, loadMore, update, keep, patch, show };
});
