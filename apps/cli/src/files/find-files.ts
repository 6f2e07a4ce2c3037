import { readdir, stat } from 'node:fs/promises';
import { join, normalize } from 'node:path';

/**
 * Returns the YAML files at these paths, each once and in alphabetical order. Folders are searched recursively, except hidden
 * ones and `node_modules`.
 *
 * @throws Error when a path does not exist, or there is no file at all.
 */
export async function findYamlFiles(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map((path) => yamlFilesAt(normalize(path))));
  const files = [...new Set(found.flat())].toSorted();
  if (files.length === 0) throw new Error(`There are no .yaml or .yml files in ${paths.join(', ')}.`);
  return files;
}

async function yamlFilesAt(path: string): Promise<string[]> {
  const entry = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      error.code === 'ENOENT' ? `${path} does not exist.` : `${path} cannot be read: ${error.message}`,
    );
  });
  return entry.isDirectory() ? yamlFilesBelow(path) : [path];
}

async function yamlFilesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = entries.map((entry): string[] | Promise<string[]> => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return isSearchableFolder(entry.name) ? yamlFilesBelow(path) : [];
    return /\.ya?ml$/.test(entry.name) ? [path] : [];
  });
  return (await Promise.all(found)).flat();
}

function isSearchableFolder(name: string): boolean {
  return !name.startsWith('.') && name !== 'node_modules';
}
