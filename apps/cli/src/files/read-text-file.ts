import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import type { FileError } from './read-yaml.js';

/** How many errors are shown. The files of a wrong folder can have thousands. */
const maxErrors = 100;

/** Errors in files. The message has one line for each error, and one for all after the first hundred. */
export class InvalidFilesError extends Error {
  constructor(readonly errors: readonly FileError[]) {
    const lines = errors.slice(0, maxErrors).map(({ place, message }) => `${place}: ${message}`);
    const rest = errors.length - lines.length;
    super(
      [...lines, ...(rest > 0 ? [`… and ${rest} more errors. Are these the right files?`] : [])].join('\n'),
    );
  }
}

const mebibyte = 1024 * 1024;

/** @throws InvalidFilesError when the file is larger than `maxMebibytes` or not UTF-8. */
export async function readTextFile(path: string, maxMebibytes = 1): Promise<string> {
  const bytes = await readFile(path);
  const place = `${path}:1:1`;
  if (bytes.length > maxMebibytes * mebibyte)
    throw new InvalidFilesError([{ place, message: `The file is larger than ${maxMebibytes} MiB.` }]);
  if (!isUtf8(bytes)) throw new InvalidFilesError([{ place, message: 'The file is not in UTF-8.' }]);
  return bytes.toString('utf8');
}
