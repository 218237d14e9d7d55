/** Which overlay of the shell is open, and which commands the page in front offers to the palette. */
import { ref, shallowRef } from 'vue';

/** One line of the palette. */
export type Command = { id: string; label: string; icon: string; keys?: string[]; run: () => void };

export const paletteOpen = ref(false);
export const sheetOpen = ref(false);
/** Commands of the current page, newest page first. */
export const pageCommands = shallowRef<Command[]>([]);
