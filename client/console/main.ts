/** Starts the console. */
import './style.css';
import { PiniaColada } from '@pinia/colada';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import ui from '@nuxt/ui/vue-plugin';
import { i18n, loadWords } from '../i18n/index.ts';
import { onSignedOut } from './api.ts';
import App from './app.vue';
import { router } from './router.ts';
import { useSession } from './session/use-session.ts';

const app = createApp(App).use(createPinia()).use(PiniaColada, {}).use(i18n).use(router).use(ui);

onSignedOut(() => {
  useSession().leave();
  const from = router.currentRoute.value;
  if (from.meta.open !== true) router.push({ name: 'sign-in', query: { to: from.fullPath } });
});

// A new release was installed while this page was open: its lazy parts have other names now.
window.addEventListener('vite:preloadError', () => location.reload());

await loadWords('base');
app.mount('#app');
