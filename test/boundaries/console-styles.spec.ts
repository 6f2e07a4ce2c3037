import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const library = join(root, 'node_modules/@mantine/core');
const sources = globSync('apps/console/src/**/*.{ts,tsx}', { cwd: root })
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n');
const namesIn = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, name]) => name!);

/** The components that the console uses, without types. */
const used = namesIn(sources, /import \{([^}]*)\} from '@mantine\/core'/g)
  .flatMap((names) => names.split(','))
  .map((name) => name.trim())
  .filter((name) => existsSync(join(library, `esm/components/${name}/${name}.mjs`)));

/** The style modules of a component and of all components in it. */
function stylesOf(file: string, seen: Set<string>): string[] {
  if (seen.has(file) || !existsSync(file)) return [];
  seen.add(file);
  const imported = namesIn(readFileSync(file, 'utf8'), /["'](\.\.?\/[^"']+\.mjs)["']/g);
  return imported.flatMap((path) => {
    const module = /(\w+)\.module\.mjs$/.exec(path)?.[1];
    return module === undefined ? stylesOf(join(file, '..', path), seen) : [module];
  });
}

/** `CheckboxCard` is a part that only `<Checkbox.Card>` shows. */
function isUnusedPart(name: string): boolean {
  const whole = used.find((each) => name !== each && name.startsWith(each));
  return whole !== undefined && !sources.includes(`${whole}.${name.slice(whole.length)}`);
}

it('the console imports the styles of every component that it uses, and of those inside them', () => {
  const seen = new Set<string>();
  const needed = new Set(
    used.flatMap((name) => stylesOf(join(library, `esm/components/${name}/${name}.mjs`), seen)),
  );
  const imported = new Set(namesIn(sources, /@mantine\/core\/styles\/(\w+)\.css/g));
  expect(needed).toContain('FloatingIndicator');
  expect([...needed].filter((name) => !imported.has(name) && !isUnusedPart(name))).toEqual([]);
});
