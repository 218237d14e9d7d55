/** The form of a queue. */
import { computed, reactive } from 'vue';
import { useI18n } from 'vue-i18n';
import { api } from '../api.ts';
import { hoursBody, hoursForm, type HoursForm } from '../calendars/hours-form.ts';
import { useNames, useQueues } from '../directory.ts';
import { useSession } from '../session/use-session.ts';
import { useEditing } from '../use-editing.ts';
import { useFailed } from '../use-failed.ts';
import type { Queue, Skill } from '../wire.ts';
import { queueSentences, type QueueLike, type StageLike } from './routing-words.ts';
import { useSay } from './say.ts';
import { usePolicy } from './use-policy.ts';

const strategyNames = ['longest-idle', 'best-fit', 'least-busy', 'round-robin'] as const;
type Strategy = (typeof strategyNames)[number];
const pulls = ['allowed', 'only', 'off'] as const;
type Pull = (typeof pulls)[number];

type Form = { id: string; name: string; everyone: boolean; members: string[]; requires: Skill[]; priority: number; offerSeconds: number; autoAccept: boolean; strategy: Strategy; pull: Pull; ownStages: boolean; stages: StageLike[]; hours: HoursForm };

/** Behaviour of the queues page. */
export function useQueueForm() {
  const { t } = useI18n();
  const session = useSession();
  const names = useNames();
  const list = useQueues();
  const editing = useEditing<Queue>('queues');
  const form = reactive<Form>({ id: '', name: '', everyone: true, members: [], requires: [], priority: 0, offerSeconds: 20, autoAccept: false, strategy: 'longest-idle', pull: 'allowed', ownStages: false, stages: [], hours: hoursForm() });
  const strategies = computed(() => strategyNames.map((value) => ({ value, label: t(`queues.strategy.${value}`) })));
  const pullings = computed(() => pulls.map((value) => ({ value, label: t(`routing.pulls.${value}`) })));
  const policy = usePolicy();
  const { look, all } = useSay();
  const inWords = (queue: QueueLike) => all(queueSentences(queue, policy.stages.value, look));
  const preview = computed(() => inWords({ requires: form.requires, strategy: form.strategy, pull: form.pull, stages: form.ownStages ? form.stages : null }));
  const priorities = computed(() => [4, 3, 2, 1, 0].map((value) => ({ value, label: t(`priority.${value}`) })));

  function edit(queue?: Queue) {
    Object.assign(form, {
      id: queue?.id ?? '', name: queue?.name ?? '', everyone: queue === undefined || queue.members === 'all', members: queue && queue.members !== 'all' ? [...queue.members] : [],
      requires: (queue?.requires ?? []).map((skill) => ({ ...skill })), priority: queue?.priority ?? 0, offerSeconds: queue?.offerSeconds ?? 20, autoAccept: queue?.autoAccept ?? false, strategy: queue?.strategy ?? 'longest-idle', pull: queue?.pull ?? 'allowed', ownStages: Array.isArray(queue?.stages), stages: (queue?.stages ?? []).map((stage) => ({ ...stage })), hours: hoursForm(queue),
    });
    editing.start();
  }

  const save = () => editing.save(() => {
    const { id, everyone, members, hours, ownStages, stages, ...rest } = form;
    const body = { ...rest, stages: ownStages ? stages : null, ...hoursBody(hours), members: everyone ? 'all' : members };
    return id ? api.patch(`/queues/${id}`, body) : api.post('/queues', body);
  });

  function toggle(id: string, on: boolean) {
    form.members = on ? [...form.members, id] : form.members.filter((each) => each !== id);
  }

  return { list, failed: useFailed(list), isPending: list.isPending, queues: names.queues, people: names.people, form, strategies, priorities, pullings, policy, inWords, preview, edit, save, toggle, editing, isAdmin: computed(() => session.user?.role === 'admin') };
}
