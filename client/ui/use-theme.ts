/** Light, dark, or as the system says; kept in this browser. */
import { readonly, ref, watchEffect } from 'vue';

export type Theme = 'system' | 'light' | 'dark';

const key = 'hubbub-theme';
const system = window.matchMedia('(prefers-color-scheme: dark)');
const systemDark = ref(system.matches);
system.addEventListener('change', (event) => { systemDark.value = event.matches; });

function stored(): Theme {
  try {
    const value = localStorage.getItem(key);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    return 'system';
  }
}

const theme = ref<Theme>(stored());

watchEffect(() => {
  const dark = theme.value === 'dark' || (theme.value === 'system' && systemDark.value);
  document.documentElement.classList.toggle('dark', dark);
});

/** The chosen theme. */
export const chosenTheme = readonly(theme);

/** Changes the theme at once and remembers it. */
export function setTheme(next: Theme): void {
  theme.value = next;
  try {
    localStorage.setItem(key, next);
  } catch {
    // Storage may be forbidden; the choice then lasts until the page closes.
  }
}

/** Light becomes dark and back, whatever the system says. */
export function flipTheme(): void {
  setTheme(document.documentElement.classList.contains('dark') ? 'light' : 'dark');
}
