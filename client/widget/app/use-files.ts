/** Files chosen for the next message: each uploads at once and shows how far it is. */
import { computed, onUnmounted, ref, shallowReactive } from 'vue';
import type { Uploaded } from '../wire.ts';
import { newId } from './new-id.ts';
import { bytes, isPicture, upload } from './upload.ts';
import type { Chat } from './use-chat.ts';
import { t } from './words.ts';

export type Chosen = { key: string; name: string; size: number; percent: number; preview: string | null; stored: Uploaded | null; stop: AbortController };

export function useFiles(chat: Chat) {
  const files = ref<Chosen[]>([]);
  const wrong = ref('');
  const uploading = computed(() => files.value.some((file) => file.stored === null));

  function add(list: Iterable<File>): void {
    wrong.value = '';
    const limits = chat.config.value?.limits;
    const token = chat.token.value;
    if (!limits || token === null) return;
    for (const file of list) {
      if (files.value.length >= limits.attachments) wrong.value = t('tooMany', { n: limits.attachments });
      else if (file.size > limits.attachmentBytes) wrong.value = t('tooLarge', { name: file.name, size: bytes(limits.attachmentBytes) });
      else start(file, token);
    }
  }

  function start(file: File, token: string): void {
    const chosen = shallowReactive<Chosen>({
      key: newId(), name: file.name || 'image.png', size: file.size, percent: 0, stored: null, stop: new AbortController(),
      preview: isPicture(file.type) ? URL.createObjectURL(file) : null,
    });
    files.value = [...files.value, chosen];
    upload(chat.channelId, token, file, (percent) => { chosen.percent = percent; }, chosen.stop.signal).then(
      (stored) => {
        chosen.stored = stored;
        files.value = [...files.value];
      },
      () => {
        if (files.value.some((one) => one.key === chosen.key)) wrong.value = t('uploadFailed', { name: chosen.name });
        remove(chosen.key);
      },
    );
  }

  function remove(key: string): void {
    const gone = files.value.find((file) => file.key === key);
    files.value = files.value.filter((file) => file.key !== key);
    gone?.stop.abort();
    if (gone?.preview) URL.revokeObjectURL(gone.preview);
  }

  /** The stored files, and an empty list for the next message. */
  function take(): Uploaded[] {
    const stored = files.value.flatMap((file) => (file.stored ? [file.stored] : []));
    for (const file of files.value) remove(file.key);
    return stored;
  }

  onUnmounted(() => files.value.forEach((file) => remove(file.key)));
  return { files, wrong, uploading, add, remove, take };
}
