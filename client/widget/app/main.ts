/** The chat inside the frame: the channel from the address, everything else from the page around it. */
import { createApp } from 'vue';
import App from './app.vue';
import { pageHost } from './host.ts';
import './style.css';

const channelId = new URLSearchParams(location.search).get('channel') ?? '';
createApp(App, { channelId, host: pageHost(channelId) }).mount('#app');
