import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly isDynamicEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

const folder = join(import.meta.dirname, '../../dist/apps/console');
const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8')) as Record<
  string,
  Chunk
>;

/** The compressed size that a browser downloads. */
function kilobytesOf(files: Iterable<string>): number {
  const bytes = [...new Set(files)].map((file) => readFileSync(join(folder, `${file}.gz`)).length);
  return Math.round(bytes.reduce((sum, each) => sum + each, 0) / 1000);
}

/** A part of the page with everything that is loaded with it. */
function withImports(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const each of manifest[name]?.imports ?? []) withImports(each, seen);
  return seen;
}

const filesOf = (names: Iterable<string>): string[] => [...names].map((name) => manifest[name]!.file);
const stylesOf = (names: Iterable<string>): string[] =>
  [...names].flatMap((name) => manifest[name]!.css ?? []);
const [entry] = Object.entries(manifest).find(([, { isEntry }]) => isEntry)!;
const ofEntry = withImports(entry);

describe('The built console', () => {
  it('loads at most 170 kB of scripts and 20 kB of styles before the first screen', () => {
    expect(kilobytesOf(filesOf(ofEntry))).toBeLessThanOrEqual(170);
    expect(kilobytesOf(stylesOf(ofEntry))).toBeLessThanOrEqual(20);
  });

  const lazy = Object.entries(manifest).filter(([, { isDynamicEntry }]) => isDynamicEntry);

  it.each(lazy.map(([name]) => name))('%s adds at most 40 kB of scripts', (name) => {
    const added = [...withImports(name)].filter((each) => !ofEntry.has(each));
    // Other screens load the components that they share, too; what is a screen's own is its budget.
    const own = added.filter((each) => each === name || !isShared(each));
    expect(kilobytesOf(filesOf(own))).toBeLessThanOrEqual(40);
  });

  it('weighs at most 450 kB as a whole', () => {
    const all = readdirSync(join(folder, 'assets')).filter((file) => /\.(js|css)$/.test(file));
    expect(kilobytesOf(all.map((file) => `assets/${file}`))).toBeLessThanOrEqual(450);
  });

  function isShared(name: string): boolean {
    return lazy.filter(([each]) => withImports(each).has(name)).length > 1;
  }
});
