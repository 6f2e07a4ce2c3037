import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Imports, types included, and re-exports of files nearby. */
const nearbyImport = /(?:from|import\()\s*'(\.[^']+)'/g;

/**
 * The folders of a library that need themselves through other folders, sorted. Folders inside a folder count as that folder.
 * Tests may use everything and are left out, and so are the files at the library's root.
 */
export function findFolderCycles(library: string): string[] {
  const uses = readFolderUses(join(library, 'src'));
  return [...uses.keys()].filter((folder) => reachableFrom(folder, uses).has(folder)).toSorted();
}

function readFolderUses(root: string): Map<string, Set<string>> {
  const uses = new Map<string, Set<string>>();
  for (const file of globSync('*/**/*.ts', { cwd: root })) {
    if (file.endsWith('spec.ts')) continue;
    const folder = topFolderOf(file)!;
    const used = uses.get(folder) ?? new Set<string>();
    uses.set(folder, used);
    for (const [, path] of readFileSync(join(root, file), 'utf8').matchAll(nearbyImport)) {
      const target = topFolderOf(relative(root, join(root, dirname(file), path!)));
      if (target !== null && target !== folder) used.add(target);
    }
  }
  return uses;
}

/** Null for a file at the root, and for one outside it. */
function topFolderOf(path: string): string | null {
  const [first, ...rest] = path.split('/');
  return rest.length === 0 || first === '..' ? null : first!;
}

function reachableFrom(start: string, uses: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const reached = new Set<string>();
  const pending = [start];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const used of uses.get(folder) ?? []) {
      if (!reached.has(used)) pending.push(used);
      reached.add(used);
    }
  }
  return reached;
}
