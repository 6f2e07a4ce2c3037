import { countOf } from '../numbers/format.js';

export const documentTexts = {
  title: 'Documents',
  about: 'What queries search. A document is divided into chunks, and the best chunks reach the prompt.',
  none: 'No documents yet',
  noneAbout:
    'Answers come from documents. Add a PDF, HTML, Markdown or text file; it can be searched as soon as it is embedded.',
  noMatch: 'Change the search or the filter. A filter compares metadata, such as year=2026.',
  drop: 'Drop PDF, HTML, Markdown or text files here, or choose them. Each file becomes a document; the same file again replaces it.',
  delete:
    'Queries no longer find it, on every replica, at once. This cannot be undone: keep the file to add it again.',
  reindex:
    'All documents are divided and embedded again, in the background. Queries go on meanwhile. Do it after the operator changed the embedding model, or after many titles changed.',
  reindexing: 'Embedding all documents again has begun.',
  uploaded: (done: number, failed: number): string =>
    `${countOf(done, 'file')} sent${failed === 0 ? '' : `, ${failed} failed`}.`,
  edit: 'Nothing is embedded. Keywords find the new title at once; vectors keep the old one until the document is embedded again.',
} as const;
