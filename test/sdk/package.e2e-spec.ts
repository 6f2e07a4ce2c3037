/** The package as others install it. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { minify } from '@swc/core';
import { InstalledClient } from './installed-client.js';

const root = join(import.meta.dirname, '../..');
const maxBytes = 15_000;
let client: InstalledClient;

jest.setTimeout(120_000);

beforeAll(async () => {
  client = await InstalledClient.create();
});

afterAll(() => client.remove());

/** Every module of the package but the OpenFeature provider. */
function modules(): string[] {
  const folder = join(client.folder, 'esm');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.js') && !name.startsWith('openfeature'))
    .map((name) => join(folder, name));
}

describe('the package @attune/client', () => {
  it('the package has less than 15 kB, minified and compressed, with its one dependency', async () => {
    const parser = ['parse.js', 'errors.js', 'index.js'].map((name) =>
      join(root, 'node_modules/eventsource-parser/dist', name),
    );
    const sources = [...modules(), ...parser].map((file) => readFileSync(file, 'utf8'));
    const options = { module: true, compress: true, mangle: true } as const;
    const minified = await Promise.all(sources.map((source) => minify(source, options)));
    const bytes = gzipSync(minified.map(({ code }) => code).join('\n')).length;
    process.stdout.write(`@attune/client: ${bytes} bytes, minified and compressed\n`);
    expect(bytes).toBeGreaterThan(3_000);
    expect(bytes).toBeLessThan(maxBytes);
  });

  it('the package needs no other package but eventsource-parser', () => {
    const text = modules().map((file) => readFileSync(file, 'utf8'));
    const imports = text.join('\n').matchAll(/(?:from|import)\s*\(?['"]([^.'"][^'"]*)['"]/g);
    const packages = new Set(Array.from(imports, ([, name]) => name!));
    expect([...packages].toSorted()).toEqual(['eventsource-parser', 'node:crypto', 'node:fs/promises']);
  });

  it.each([
    ['an ES module', 'user.mjs', "import { createAttune } from '@attune/client';"],
    ['CommonJS', 'user.cjs', "const { createAttune } = require('@attune/client');"],
  ])('the package works from %s', async (_title, file, load) => {
    const use = `
      const bootstrap = { tenant_id: 'acme', version: 3, temperature: 0.3 };
      const attune = createAttune({ url: 'http://127.0.0.1:9', key: 'atn_key', mode: 'offline', bootstrap });
      attune.ready().then(async ({ source, version }) => {
        console.log(source, version, attune.get('temperature'));
        await attune.close();
      });`;
    expect(await client.run(file, `${load}\n${use}`)).toBe('bootstrap 3 0.3\n');
  });

  it('the package lets a listener’s error surface as an uncaught exception, and calls the other listeners', async () => {
    const program = `
      import { createAttune } from '@attune/client';
      process.on('uncaughtException', ({ message }) => console.log('uncaught', message));
      const attune = createAttune({ url: 'http://127.0.0.1:9', key: 'atn_key', mode: 'offline' });
      attune.on('state', () => { throw new Error('of the application'); });
      attune.on('state', ({ to }) => console.log(to));
      await attune.close();`;
    expect(await client.run('listener.mjs', program)).toBe('closed\nuncaught of the application\n');
  });

  it.each([
    ['node16', 'node16', 'user-types.mts'],
    ['node16', 'node16', 'user-types.cts'],
    ['bundler', 'esnext', 'user-types.ts'],
  ])(
    'the package has types for the resolution %s of %s in %s, by which a wrong setting does not compile',
    async (moduleResolution, module, file) => {
      const program = `
        import { createAttune, type Settings } from '@attune/client';
        import { AttuneProvider } from '@attune/client/openfeature';
        import type { paths } from '@attune/client/api';
        const attune = createAttune({ url: 'https://attune.example.com', key: 'atn_key' });
        export const temperature: number = attune.get('temperature', 0.7);
        export const model: string | undefined = attune.get('model_name');
        // @ts-expect-error a number has no other type
        export const wrong: string = attune.get('temperature', 0.7);
        // @ts-expect-error there is no such setting
        attune.get('temprature');
        export type Question = paths['/v1/query']['post'];
        export const names: (keyof Settings)[] = attune.settings();
        export const provider = new AttuneProvider({ url: 'https://attune.example.com', key: 'atn_key' });`;
      const resolution = ['--module', module, '--moduleResolution', moduleResolution];
      const types = ['--types', 'node', '--lib', 'es2023', '--target', 'es2022'];
      expect(await client.check(file, program, [...resolution, ...types])).toBe('');
    },
  );
});
