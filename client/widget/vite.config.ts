/** Two builds in one command: the loader a site embeds (one file) and the pages it leads to (the chat, the demo). */
import { mkdir, rename } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const server = 'http://127.0.0.1:4400';

export default defineConfig({
  root: here('.'),
  base: '/widget/',
  plugins: [vue()],
  define: { __VUE_OPTIONS_API__: false, __VUE_PROD_DEVTOOLS__: false, __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false },
  publicDir: false,
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  environments: {
    client: {
      build: { outDir: here('dist/app'), emptyOutDir: true, rolldownOptions: { input: { index: here('index.html'), demo: here('demo.html') } } },
    },
    loader: {
      consumer: 'client',
      build: {
        outDir: here('dist'), emptyOutDir: false,
        lib: { entry: here('loader/main.ts'), formats: ['iife'], name: 'HubbubLoader', fileName: () => 'widget.js' },
      },
    },
  },
  builder: {
    async buildApp(builder) {
      for (const environment of Object.values(builder.environments)) if (environment.name !== 'ssr') await builder.build(environment);
      // The server has a folder an address: dist/app is /widget/, dist/demo is /demo.
      await mkdir(here('dist/demo'), { recursive: true });
      await rename(here('dist/app/demo.html'), here('dist/demo/index.html'));
    },
  },
  server: { proxy: { '/live': { target: server, ws: true } } },
});
