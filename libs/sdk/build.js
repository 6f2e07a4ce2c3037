/**
 * Builds the package into the folder `dist-sdk` of the repository, or into the one that is named: ES modules, CommonJS, the types of
 * both, and the cases for clients in other languages. `npm pack ./dist-sdk` makes the archive to install.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const compiler = createRequire(import.meta.url).resolve('typescript/lib/tsc.js');
const folder = import.meta.dirname;
const root = join(folder, '../..');
const output = resolve(process.argv[2] ?? join(root, 'dist-sdk'));

const formats = {
  esm: { type: 'module', options: ['--module', 'nodenext', '--moduleResolution', 'nodenext'] },
  cjs: {
    type: 'commonjs',
    options: ['--module', 'commonjs', '--moduleResolution', 'bundler', '--verbatimModuleSyntax', 'false'],
  },
};

rmSync(output, { recursive: true, force: true });
for (const [name, { type, options }] of Object.entries(formats)) {
  const target = join(output, name);
  const configuration = join(folder, 'tsconfig.build.json');
  execFileSync(process.execPath, [compiler, '-p', configuration, '--outDir', target, ...options], {
    stdio: 'inherit',
  });
  // Node and TypeScript take the format of a file from the nearest package.json.
  writeFileSync(join(target, 'package.json'), `${JSON.stringify({ type })}\n`);
}
for (const file of ['package.json', 'README.md', 'spec'])
  cpSync(join(folder, file), join(output, file), { recursive: true });
cpSync(join(root, 'LICENSE'), join(output, 'LICENSE'));
