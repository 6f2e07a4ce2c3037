import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');
const built = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' });
const scripts = built.filter((file) => file.endsWith('.js'));

describe('npm run build', () => {
  it('puts the product into dist', () => {
    expect(scripts).toEqual(
      expect.arrayContaining(['apps/api/src/main.js', 'apps/cli/src/main.js', 'migrations/index.js']),
    );
  });

  it('puts all that the service loads at its start into one file, without what few replicas use', () => {
    const start = readFileSync(join(root, 'dist/apps/api/src/start.js'), 'utf8');
    const loaded = [...start.matchAll(/^import (?:.+ from )?"([^"]+)";/gm)].map(([, name]) => name!);
    expect(loaded.filter((name) => !isBuiltin(name))).toEqual([
      expect.stringMatching(/^\.\/start-rolldown-runtime-/),
    ]);
    expect(start).not.toMatch(/ListToolsRequestSchema|PGlite\.create|BatchSpanProcessor/);
    expect(start).not.toMatch(/[^\0-\x7f]/);
  });

  it.each(['plan', 'validate', 'tenants', 'backup'])(
    'lets the command %s load neither the database nor the server',
    (name) => {
      const folder = join(root, 'dist/apps/cli/src');
      const entry = readdirSync(folder).find((file) => file.startsWith(`run-${name}.command-`))!;
      const loaded = new Set([entry]);
      for (const file of loaded) {
        const script = readFileSync(join(folder, file), 'utf8');
        expect(script).not.toMatch(/(DataSource|FastifyAdapter) = class/);
        for (const [, imported] of script.matchAll(/^import (?:.+ from )?"\.\/([^"]+)";/gm))
          loaded.add(imported!);
      }
    },
  );

  it('leaves tests, test support and benchmarks out of dist', () => {
    const folders = /(^|\/)(testing|bench|test|corpus)(\/|$)/;
    expect(built.filter((file) => folders.test(file) || /spec\.(js|ts)/.test(file))).toEqual([]);
  });

  it('leaves the client that others install out of dist', () => {
    expect(built.filter((file) => file.startsWith('libs/sdk'))).toEqual([]);
  });

  it('makes no script that needs a package which the image does not have', () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      dependencies: object;
    };
    const packagesOf = (file: string): string[] =>
      ts
        .preProcessFile(readFileSync(join(root, 'dist', file), 'utf8'))
        .importedFiles.map(({ fileName }) => fileName)
        .filter((name) => !/^[.#/]/.test(name) && !isBuiltin(name))
        .map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)![0]);
    const missing = scripts
      .filter((file) => !file.startsWith('apps/console/'))
      .flatMap((file) => packagesOf(file).map((name) => [file, name] as const))
      .filter(([, name]) => !Object.hasOwn(dependencies, name));
    expect(missing).toEqual([]);
  });

  it('makes no script that imports test support', () => {
    const imports = /(?:from|import)\s*\(?\s*['"]([^'"]*testing[^'"]*)['"]/;
    const importing = scripts.filter((file) => {
      const match = imports.exec(readFileSync(join(root, 'dist', file), 'utf8'));
      return match !== null && match[1] !== '@nestjs/testing';
    });
    expect(importing).toEqual([]);
  });
});

describe('attune --help', () => {
  it('ends without a message when nobody reads it to its end', async () => {
    const command = spawn(process.execPath, [join(root, 'dist/apps/cli/src/main.js'), '--help'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    command.stdout.destroy();
    const [errors] = await Promise.all([text(command.stderr), once(command, 'exit')]);
    expect(errors).toBe('');
  });
});

describe('attune in a clone', () => {
  let folder: string;
  let path: string;

  /** Outside is a Node that runs npm and nothing else, as one that is too old for the product. */
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'attune-old-node-'));
    const script = `case "$1" in */npm*|*/npx*) exec '${process.execPath}' "$@";; esac; echo 'the Node outside' >&2; exit 9`;
    writeFileSync(join(folder, 'node'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const outside = process.env['PATH']!.split(delimiter).filter((each) => !each.includes('node_modules'));
    path = [folder, ...outside].join(delimiter);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(['npx attune --help', 'npm run --silent attune -- --help'])(
    '%s runs on the Node that npm ci installed, whatever Node is outside',
    (line) => {
      const [command, ...args] = line.split(' ') as [string, ...string[]];
      const { status, stdout, stderr } = spawnSync(command, args, {
        cwd: root,
        env: { PATH: path, HOME: folder, NPM_CONFIG_UPDATE_NOTIFIER: 'false' },
        encoding: 'utf8',
      });
      expect([status, stderr, stdout.startsWith('Usage: attune')]).toEqual([0, '', true]);
    },
  );
});

describe('deploy/Dockerfile', () => {
  it('copies into the image only the build of the product and its production packages', () => {
    const [, , image] = readFileSync(join(root, 'deploy/Dockerfile'), 'utf8')
      .split(/^FROM /m)
      .slice(1);
    const copied = [...(image ?? '').matchAll(/^COPY (?:--from=\S+ )?(.+) \S+$/gm)].map(([, from]) => from);
    expect(copied).toEqual([
      '/attune/node_modules',
      '/attune/sbom.json',
      '/attune/dist',
      'package.json LICENSE',
    ]);
  });
});
