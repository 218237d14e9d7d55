/** A list that could not be loaded is never an empty one. */
import { computed, type ComputedRef, type MaybeRef, type Ref } from 'vue';

/** Of a query, what says that it failed and what asks again. */
export type Asked = { error: MaybeRef<unknown>; refetch: () => Promise<unknown> };

/** Whether there is nothing to show because it could not be had; what was shown before a failure stays. */
export const useFailed = ({ data, error }: { data: Readonly<Ref<unknown>>; error: Readonly<Ref<unknown>> }): ComputedRef<boolean> => computed(() => error.value !== null && data.value === undefined);
