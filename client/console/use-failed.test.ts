import { expect, test } from 'vitest';
import { ref } from 'vue';
import { useFailed } from './use-failed.ts';

test('a list failed when there is nothing to show for it; what was shown before stays', () => {
  const data = ref<string[]>();
  const error = ref<unknown>(null);
  const failed = useFailed({ data, error });
  expect(failed.value).toBe(false); // not asked yet, or being asked
  error.value = new Error('away');
  expect(failed.value).toBe(true);
  data.value = [];
  expect(failed.value).toBe(false);
});
