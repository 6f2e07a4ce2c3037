import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { findFiles } from './find-files.js';
import { type FileFault, type ParsedFile, parseFile } from './parse-file.js';

/** The files of some tenants do not say what they should. The message is one line for each fault. */
export class FaultyFilesError extends Error {
  constructor(readonly faults: readonly FileFault[]) {
    super(faults.map(({ place, message }) => `${place}: ${message}`).join('\n'));
  }
}

/**
 * The tenants' files that the paths name.
 *
 * @throws FaultyFilesError with every fault in every file.
 */
export async function readTenantFiles(paths: readonly string[]): Promise<ParsedFile[]> {
  const found = await findFiles(paths.length === 0 ? ['.'] : paths);
  const files = await Promise.all(found.map(async (path) => parseFile(path, await textOf(path))));
  const faults = [...files.flatMap((file) => file.faults), ...claimedTwice(files)];
  if (faults.length > 0) throw new FaultyFilesError(faults);
  return files;
}

const mostBytes = 1024 * 1024;

/** @throws FaultyFilesError for what cannot be a tenant's file: nothing of it is guessed. */
async function textOf(path: string): Promise<string> {
  const bytes = await readFile(path);
  const place = `${path}:1:1`;
  if (bytes.length > mostBytes)
    throw new FaultyFilesError([{ place, message: 'The file is larger than 1 MiB.' }]);
  if (!isUtf8(bytes)) throw new FaultyFilesError([{ place, message: 'The file is not in UTF-8.' }]);
  return bytes.toString('utf8');
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
