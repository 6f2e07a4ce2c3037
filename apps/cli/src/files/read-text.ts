import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import type { FileFault } from './yaml-text.js';

/** Some files do not say what they should. The message is one line for each fault. */
export class FaultyFilesError extends Error {
  constructor(readonly faults: readonly FileFault[]) {
    super(faults.map(({ place, message }) => `${place}: ${message}`).join('\n'));
  }
}

const mostBytes = 1024 * 1024;

/** @throws FaultyFilesError for what is too large or no text: nothing of it is guessed. */
export async function readText(path: string): Promise<string> {
  const bytes = await readFile(path);
  const place = `${path}:1:1`;
  if (bytes.length > mostBytes)
    throw new FaultyFilesError([{ place, message: 'The file is larger than 1 MiB.' }]);
  if (!isUtf8(bytes)) throw new FaultyFilesError([{ place, message: 'The file is not in UTF-8.' }]);
  return bytes.toString('utf8');
}
