import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

/** Where `npm run console:dev` sends what the page asks of the API. */
const service = 'http://localhost:3000';

type Properties = Readonly<Record<string, { readonly 'x-title': string }>>;

interface OpenApi {
  readonly components: { readonly schemas: Record<string, { readonly properties: Properties }> };
}

/** The settings with their labels and bounds, as the OpenAPI document declares them: for screens that belong to no tenant. */
function settingProperties(): object {
  const path = `${import.meta.dirname}/../../docs/openapi.json`;
  const { components } = JSON.parse(readFileSync(path, 'utf8')) as OpenApi;
  const properties = Object.entries(components.schemas['DefaultsPatch']!.properties);
  return Object.fromEntries(
    properties.map(([name, { 'x-title': title, ...property }]) => [name, { ...property, title }]),
  );
}

/**
 * Few files instead of one for each component: what is loaded before the first screen, what most screens use, and what some of them
 * share. Small files compress badly, and each is a request.
 */
const groups = [
  { name: 'start', tags: ['$initial' as const], priority: 3 },
  { name: 'screens', minShareCount: 6, priority: 2 },
  { name: 'shared', minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 4_000, priority: 1 },
];

export default defineConfig({
  root: `${import.meta.dirname}/src`,
  // The service writes the path of PUBLIC_URL into the page; everything else is found beside the file that asks for it.
  base: './',
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
      output: { codeSplitting: { groups } },
    },
  },
  server: {
    port: 5173,
    proxy: Object.fromEntries(
      ['/v1', '/health', '/problems', '/docs', '/openapi.json'].map((path) => [path, service]),
    ),
  },
});
