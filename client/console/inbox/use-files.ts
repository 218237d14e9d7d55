/** Files on their way into a message: uploaded while the agent writes, so sending is instant. */
import { onScopeDispose, shallowRef, triggerRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { fileSize } from '../../ui/times.ts';
import { newId } from '../new-id.ts';
import { upload } from '../upload.ts';
import { useToasts } from '../use-toasts.ts';
import type { Attachment } from '../wire.ts';

export type PendingFile = {
  key: string; name: string; size: number; progress: number; preview?: string; stored?: Attachment; problem?: string; canRetry: boolean; file?: File; abort: AbortController;
};

/** The files of one composer. `limitOf` is what the channel carries. */
export function useFiles(limitOf: () => number | undefined) {
  const list = shallowRef<PendingFile[]>([]);
  const toasts = useToasts();
  const { t } = useI18n();

  function add(files: File[]) {
    for (const file of files) {
      const limit = limitOf();
      const tooLarge = limit !== undefined && file.size > limit;
      const pending: PendingFile = {
        key: newId(), name: file.name || 'image.png', size: file.size, progress: 0, canRetry: !tooLarge, file, abort: new AbortController(),
        preview: file.type.startsWith('image/') ? URL.createObjectURL(file) : undefined,
        problem: tooLarge ? t('composer.fileTooLarge', { limit: fileSize(limit) }) : undefined,
      };
      list.value = [...list.value, pending];
      if (!tooLarge) start(pending);
    }
  }

  async function start(pending: PendingFile) {
    if (!pending.file) return;
    pending.problem = undefined;
    try {
      pending.stored = await upload(pending.file, (share) => { pending.progress = share; triggerRef(list); }, pending.abort.signal);
    } catch (error) {
      if (!pending.abort.signal.aborted) pending.problem = toasts.wordsOf(error);
    }
    triggerRef(list);
  }

  function forget(pending: PendingFile) {
    pending.abort.abort();
    if (pending.preview) URL.revokeObjectURL(pending.preview);
  }

  function remove(key: string) {
    for (const pending of list.value) if (pending.key === key) forget(pending);
    list.value = list.value.filter((pending) => pending.key !== key);
  }

  function again(key: string) {
    const pending = list.value.find((each) => each.key === key);
    if (pending) start(pending);
    triggerRef(list);
  }

  /** Takes stored files out to be sent. */
  function take(): Attachment[] {
    const stored = list.value.map((pending) => pending.stored).filter((each) => each !== undefined);
    for (const pending of list.value) if (pending.preview) URL.revokeObjectURL(pending.preview);
    list.value = [];
    return stored;
  }

  /** Puts files of a failed message back. */
  function giveBack(attachments: Attachment[]) {
    list.value = [...list.value, ...attachments.map((stored) => ({ key: newId(), name: stored.name, size: stored.size, progress: 1, stored, canRetry: false, abort: new AbortController() }))];
  }

  onScopeDispose(() => { for (const pending of list.value) forget(pending); });
  return { list, add, remove, again, take, giveBack };
}
