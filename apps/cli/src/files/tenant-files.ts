import { findFiles } from './find-files.js';
import { type ParsedFile, parseFile } from './parse-file.js';
import { FaultyFilesError, readText } from './read-text.js';
import type { FileFault } from './yaml-text.js';

/**
 * The tenants' files that the paths name.
 *
 * @throws FaultyFilesError with every fault in every file.
 */
export async function readTenantFiles(paths: readonly string[]): Promise<ParsedFile[]> {
  const found = await findFiles(paths.length === 0 ? ['.'] : paths);
  const files = await Promise.all(found.map(async (path) => parseFile(path, await readText(path))));
  const faults = [...files.flatMap((file) => file.faults), ...claimedTwice(files)];
  if (faults.length > 0) throw new FaultyFilesError(faults);
  return files;
}

/** Of two files for one tenant, neither can own its settings. */
function claimedTwice(files: readonly ParsedFile[]): FileFault[] {
  const byTenant = Map.groupBy(files, ({ file }) => file.tenantId);
  return [...byTenant].flatMap(([tenant, claims]) => {
    const [first, ...others] = claims;
    if (tenant === '' || !first) return [];
    const message = `${tenant} has a file already: ${first.placeOf('tenant')}.`;
    return others.map((other) => ({ place: other.placeOf('tenant'), message }));
  });
}
