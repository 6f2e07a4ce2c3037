import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

/** Where `npm run console:dev` sends what the page asks of the API. */
const service = 'http://localhost:3000';

interface OpenApi {
  readonly components: { readonly schemas: Record<string, { readonly properties: object }> };
}

/** The settings with their bounds, as the OpenAPI document declares them: for screens that belong to no tenant. */
function settingProperties(): object {
  const path = `${import.meta.dirname}/../../docs/openapi.json`;
  const { components } = JSON.parse(readFileSync(path, 'utf8')) as OpenApi;
  return components.schemas['DefaultsPatch']!.properties;
}

export default defineConfig({
  root: `${import.meta.dirname}/src`,
  define: { SETTING_PROPERTIES: JSON.stringify(settingProperties()) },
  build: {
    outDir: '../../../dist/apps/console',
    emptyOutDir: true,
    manifest: true,
    // No inline scripts and no data URLs: the content security policy of the page allows none.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    target: 'es2024',
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      onLog: (level, log, show) => {
        // Libraries mark their components for servers, which this page does not have.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') show(level, log);
      },
    },
  },
  server: {
    port: 5173,
    proxy: Object.fromEntries(
      ['/v1', '/health', '/problems', '/docs', '/openapi.json'].map((path) => [path, service]),
    ),
  },
});
