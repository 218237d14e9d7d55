/** One ticking clock for the whole page: a hundred rows must not own a hundred timers. */
import { readonly, ref, type Ref } from 'vue';

const now = ref(Date.now());
const second = ref(Date.now());
setInterval(() => { second.value = Date.now(); }, 1000);
setInterval(() => { now.value = Date.now(); }, 15_000);

/** The time, renewed every 15 s: for "3 min". */
export const slowClock: Readonly<Ref<number>> = readonly(now);
/** The time, renewed every second: for countdowns. */
export const fastClock: Readonly<Ref<number>> = readonly(second);
