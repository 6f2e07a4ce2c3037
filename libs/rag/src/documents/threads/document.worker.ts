import { parentPort } from 'node:worker_threads';
import { type UnpreparedText, prepareText } from '../chunking/prepare-text.js';
import type { SentFile } from '../extraction/file-kind.js';
import type { PdfLimits } from '../extraction/pdf/pdf-text.js';

// When the sources run without a build, Node strips the types of this file and of all that it imports. So they import only packages
// and each other, and use no syntax that needs compiling.

/** The message from `DocumentThreads`: a file to read, or a text to split. */
export type ThreadTask =
  | { readonly kind: 'file'; readonly file: SentFile; readonly limits: PdfLimits }
  | { readonly kind: 'text'; readonly document: UnpreparedText };

parentPort?.on('message', async (task: ThreadTask) => {
  parentPort?.postMessage(await run(task), []);
});

/** The parsers are loaded only for a file. */
async function run(task: ThreadTask): Promise<object> {
  if (task.kind === 'text') return prepareText(task.document);
  const { readFile } = await import('../extraction/read-file.js');
  return readFile(task.file, task.limits);
}
