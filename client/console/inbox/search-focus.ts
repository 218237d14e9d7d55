/** Counts up when the search box should take the keyboard. */
import { ref } from 'vue';

export const searchFocus = ref(0);
