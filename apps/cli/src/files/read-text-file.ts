import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import type { FileError } from './read-yaml.js';

/** Errors in files. The message has one line for each error. */
export class InvalidFilesError extends Error {
  constructor(readonly errors: readonly FileError[]) {
    super(errors.map(({ place, message }) => `${place}: ${message}`).join('\n'));
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
