/** The package as others install it: built, packed, unpacked, used. */
import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { minify } from '@swc/core';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const maxBytes = 15_000;
let project: string;
let installed: string;

jest.setTimeout(120_000);

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'attune-client-user-'));
  const built = join(project, 'built');
  await run(process.execPath, [join(root, 'libs/sdk/build.js'), built]);
  await run('npm', ['pack', '--silent', '--pack-destination', project, built], { cwd: project });
  const archive = readdirSync(project).find((name) => name.endsWith('.tgz'))!;
  installed = join(project, 'node_modules/@attune/client');
  mkdirSync(installed, { recursive: true });
  await run('tar', ['-xzf', join(project, archive), '--strip-components=1', '-C', installed]);
  for (const name of [
    'eventsource-parser',
    '@openfeature',
    'openapi-fetch',
    'openapi-typescript-helpers',
    '@types',
  ])
    symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name));
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Every module of the package that an import of it loads, except the file, which is loaded only when it is asked for. */
function modules(): string[] {
  const folder = join(installed, 'esm');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  );
  return files.filter((name) => !name.startsWith('openfeature')).map((name) => join(folder, name));
}

describe('the package @attune/client', () => {
  it('the package has less than 15 kB, minified and compressed, with its one dependency', async () => {
    const parser = ['parse.js', 'errors.js', 'index.js'].map((name) =>
      join(root, 'node_modules/eventsource-parser/dist', name),
    );
    const sources = [...modules(), ...parser].map((file) => readFileSync(file, 'utf8'));
    const minified = await Promise.all(
      sources.map((source) => minify(source, { module: true, mangle: true })),
    );
    const bytes = gzipSync(minified.map(({ code }) => code).join('\n')).length;
    expect(bytes).toBeGreaterThan(3_000);
    expect(bytes).toBeLessThan(maxBytes);
  });

  it('the package needs no package but eventsource-parser', () => {
    const text = modules()
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const packages = [...text.matchAll(/(?:from|import)\s*\(?['"]([^.'"][^'"]*)['"]/g)].map(
      ([, name]) => name!,
    );
    expect([...new Set(packages)].toSorted()).toEqual([
      'eventsource-parser',
      'node:crypto',
      'node:fs/promises',
    ]);
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
    writeFileSync(join(project, file), `${load}\n${use}`);
    const { stdout } = await run(process.execPath, [join(project, file)], { cwd: project });
    expect(stdout).toBe('bootstrap 3 0.3\n');
  });

  it('the package lets a listener’s error surface as an uncaught exception, and calls the other listeners', async () => {
    const program = `
      import { createAttune } from '@attune/client';
      process.on('uncaughtException', ({ message }) => console.log('uncaught', message));
      const attune = createAttune({ url: 'http://127.0.0.1:9', key: 'atn_key', mode: 'offline' });
      attune.on('state', () => { throw new Error('of the application'); });
      attune.on('state', ({ to }) => console.log(to));
      await attune.close();`;
    writeFileSync(join(project, 'listener.mjs'), program);
    const { stdout } = await run(process.execPath, [join(project, 'listener.mjs')], { cwd: project });
    expect(stdout).toBe('closed\nuncaught of the application\n');
  });

  it.each([
    ['node16', 'user-types.mts'],
    ['node16', 'user-types.cts'],
    ['bundler', 'user-types.ts'],
  ])(
    'the package has types for the resolution %s of %s, by which a wrong setting does not compile',
    async (resolution, file) => {
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
      writeFileSync(join(project, file), program);
      const module = resolution === 'bundler' ? 'esnext' : resolution;
      const flags = [
        '--noEmit',
        '--strict',
        '--skipLibCheck',
        '--module',
        module,
        '--moduleResolution',
        resolution,
      ];
      const compiler = join(root, 'node_modules/typescript/lib/tsc.js');
      const types = ['--types', 'node', '--lib', 'es2023', '--target', 'es2022', '--ignoreConfig'];
      const options = [compiler, ...flags, ...types, join(project, file)];
      const errors = await run(process.execPath, options, { cwd: project }).then(
        () => '',
        ({ stdout }: { stdout: string }) => stdout,
      );
      expect(errors).toBe('');
    },
  );
});
