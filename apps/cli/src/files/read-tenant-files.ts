import { findYamlFiles } from './find-files.js';
import { type ParsedFile, parseYamlFile } from './parse-tenant-file.js';
import { InvalidFilesError, readTextFile } from './read-text-file.js';
import type { FileError } from './read-yaml.js';

/**
 * Reads the tenants' files at these paths; the default is the current folder.
 *
 * @throws InvalidFilesError with every error of every file.
 */
export async function readTenantFiles(paths: readonly string[]): Promise<ParsedFile[]> {
  const filePaths = await findYamlFiles(paths.length === 0 ? ['.'] : paths);
  const files = await Promise.all(
    filePaths.map(async (path) => parseYamlFile(path, await readTextFile(path))),
  );
  const errors = [...files.flatMap((file) => file.errors), ...duplicateTenantErrors(files)];
  if (errors.length > 0) throw new InvalidFilesError(errors);
  return files;
}

/** Only one file can own a tenant's settings. */
function duplicateTenantErrors(files: readonly ParsedFile[]): FileError[] {
  const byTenant = Map.groupBy(files, ({ file }) => file.tenantId);
  return [...byTenant].flatMap(([tenant, claims]) => {
    const [first, ...others] = claims;
    if (tenant === '' || !first) return [];
    const message = `${tenant} has a file already: ${first.locate('tenant')}.`;
    return others.map((other) => ({ place: other.locate('tenant'), message }));
  });
}
