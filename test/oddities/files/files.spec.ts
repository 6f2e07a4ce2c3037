import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { splitIntoChunks } from '../../../libs/rag/src/documents/chunking/split-into-chunks.js';
import { DocumentThreads } from '../../../libs/rag/src/documents/threads/document-threads.js';
import { type PdfPage, aPdfOfPages } from '../../../libs/rag/testing/documents/cid-pdf.js';

/** One file of this folder: a file that somebody may upload, and what becomes of it. */
interface OddityCase {
  readonly title: string;
  readonly name: string;
  /** The media type of the part. */
  readonly type?: string;
  /** The content: as lines of UTF-8 text, as bytes in hexadecimal, or as the pages of a PDF. */
  readonly lines?: readonly string[];
  readonly hex?: string;
  readonly pdf?: { readonly title?: string; readonly pages: readonly PdfPage[] };
  /** A line that is repeated at the end of `lines`; `#` becomes a number from 1. */
  readonly repeat?: { readonly line: string; readonly times: number; readonly end?: string };
  readonly expected: {
    readonly refusal?: string;
    readonly title?: string | null;
    /** The whole text. */
    readonly text?: readonly string[];
    /** Pieces that the text has, and pieces that it must not have. */
    readonly has?: readonly string[];
    readonly lacks?: readonly string[];
    readonly warnings?: readonly string[];
    /** Pieces that every chunk has; there is more than one. */
    readonly everyChunkHas?: readonly string[];
  };
}

function bytesOf({ lines = [], hex, pdf, repeat }: OddityCase): Buffer {
  if (hex !== undefined) return Buffer.from(hex.replaceAll(' ', ''), 'hex');
  if (pdf) return aPdfOfPages(pdf.pages, pdf.title);
  const { line = '', times = 0, end = '' } = repeat ?? {};
  const repeated = Array.from({ length: times }, (_, index) => line.replaceAll('#', String(index + 1)));
  return Buffer.from([...lines, ...repeated, ...(repeat ? [end] : [])].join('\n'));
}

const cases = globSync(join(import.meta.dirname, '*.json')).map((path) => ({
  ...(JSON.parse(readFileSync(path, 'utf8')) as OddityCase),
  file: basename(path),
}));

describe('An uploaded file', () => {
  const threads = new DocumentThreads();
  afterAll(() => threads.onApplicationShutdown());

  it.each(cases)('$title ($file)', async (one) => {
    const { expected, name, type = '' } = one;
    const reading = await threads.readFile({ name, type, bytes: bytesOf(one) }, { tenantId: 'acme' });
    if (expected.refusal !== undefined || 'refusal' in reading) {
      expect(reading).toEqual({ refusal: expect.stringContaining(expected.refusal ?? 'no refusal') });
      return;
    }
    const { text, title, warnings } = reading;
    if (expected.title !== undefined) expect(title).toBe(expected.title);
    if (expected.text) expect(text).toBe(expected.text.join('\n'));
    for (const piece of expected.has ?? []) expect(text).toContain(piece);
    for (const piece of expected.lacks ?? []) expect(text).not.toContain(piece);
    expect(warnings).toEqual((expected.warnings ?? []).map((part) => expect.stringContaining(part)));
    expectEveryChunk(text, expected.everyChunkHas ?? []);
  });
});

function expectEveryChunk(text: string, pieces: readonly string[]): void {
  const chunks = [...splitIntoChunks(text)].map((chunk) => chunk.text);
  if (pieces.length > 0) expect(chunks.length).toBeGreaterThan(1);
  for (const chunk of chunks) for (const piece of pieces) expect(chunk).toContain(piece);
}
