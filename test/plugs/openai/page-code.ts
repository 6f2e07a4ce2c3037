import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const timeoutMs = 60_000;

/** What a program printed, and whether it ended without an error. */
export interface ProgramResult {
  readonly isOk: boolean;
  readonly output: string;
  readonly errors: string;
}

/** The programs of a page of `docs/connect`: its TypeScript blocks, in their order. */
export function programsOf(page: string): string[] {
  return blocksOf(page, 'ts');
}

/** The blocks of one language of a page of `docs/connect`, in their order. */
export function blocksOf(page: string, language: string): string[] {
  const blocks = textOf(page).matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'));
  return [...blocks].map(([, code]) => code!);
}

export function textOf(page: string): string {
  return readFileSync(join(root, 'docs/connect', `${page}.md`), 'utf8');
}

/** Runs a program as a reader of the page would, in a process of its own. */
export function runProgram(code: string, env: Readonly<Record<string, string>>): Promise<ProgramResult> {
  const words = ['--no-warnings', '--input-type=module-typescript', '--eval', code];
  // With the cache, the packages of a page are compiled once for all its programs.
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const options = { cwd: root, env: { PATH, NODE_COMPILE_CACHE, ...env }, timeout: timeoutMs };
  return new Promise((resolve) => {
    execFile(process.execPath, words, options, (error, output, errors) =>
      resolve({ isOk: error === null, output, errors }),
    );
  });
}
