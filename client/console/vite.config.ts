/** Builds the console into one folder of static files that the server serves at /. */
import { fileURLToPath } from 'node:url';
import ui from '@nuxt/ui/vite';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));
const repository = fileURLToPath(new URL('../..', import.meta.url));
const server = 'http://127.0.0.1:4400';

export default defineConfig({
  root,
  base: '/',
  plugins: [
    vue(),
    ui({
      // Every component is imported by name: no generated declaration files, and a reader sees where a tag comes from.
      autoImport: false,
      components: false,
      dts: false,
      colorMode: false,
      root: repository,
      ui: { colors: { primary: 'blue', neutral: 'slate' } },
      // Without the bundle Nuxt UI asks a public icon host at run time.
      icon: { clientBundle: { scan: { globInclude: ['client/console/**/*.{vue,ts}', 'client/ui/**/*.{vue,ts}', 'connectors/*/manifest.ts'] }, sizeLimitKb: 256 } },
    }),
  ],
  define: { __VUE_I18N_LEGACY_API__: false, __VUE_I18N_FULL_INSTALL__: false, __INTLIFY_PROD_DEVTOOLS__: false },
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, chunkSizeWarningLimit: 800 },
  server: { proxy: { '/api': server, '/widget': server, '/widget.js': server, '/live': { target: server, ws: true } } },
});
