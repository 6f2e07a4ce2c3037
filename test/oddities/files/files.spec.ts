import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { splitIntoChunks } from '../../../libs/rag/src/documents/chunking/split-into-chunks.js';
import { DocumentThreads } from '../../../libs/rag/src/documents/threads/document-threads.js';
import { type PdfPage, aPdfOfPages } from '../../../libs/rag/testing/documents/cid-pdf.js';

/** A file of this folder: an upload, and what becomes of it. */
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
  readonly repeat?: { readonly line: string; readonly times: number; readonly end: string };
  readonly expected: {
    readonly refusal?: string;
    readonly title?: string | null;
    /** The whole text. */
    readonly text?: readonly string[];
    /** Pieces that the text has, and pieces that it must not have. */
    readonly has?: readonly string[];
    readonly lacks?: readonly string[];
    /** The first sentence of each warning. */
    readonly warnings?: readonly string[];
    /** Pieces that every chunk has; there is more than one. */
    readonly everyChunkHas?: readonly string[];
  };
}

function bytesOf({ lines = [], hex, pdf, repeat }: OddityCase): Buffer {
  if (hex !== undefined) return Buffer.from(hex, 'hex');
  if (pdf) return aPdfOfPages(pdf.pages, pdf.title);
  return Buffer.from([...lines, ...(repeat ? repeatedLines(repeat) : [])].join('\n'));
}

function repeatedLines({ line, times, end }: NonNullable<OddityCase['repeat']>): string[] {
  const repeated = Array.from({ length: times }, (_, index) => line.replaceAll('#', String(index + 1)));
  return [...repeated, end];
}

const cases = globSync(join(import.meta.dirname, '*.json')).map((path) => ({
  ...(JSON.parse(readFileSync(path, 'utf8')) as OddityCase),
  file: basename(path),
}));

interface AnyReading {
  readonly text: string;
  readonly title: string | null;
  readonly warnings: readonly string[];
  readonly refusal: string;
}

const nothingRead: AnyReading = { text: '', title: null, warnings: [], refusal: '' };
const noExpectation = {
  title: undefined,
  text: undefined,
  has: [],
  lacks: [],
  everyChunkHas: [],
  refusal: /^$/,
  warnings: [],
};

function chunksWithout(pieces: readonly string[], text: string): string[] {
  const chunks = [...splitIntoChunks(text)].map((chunk) => chunk.text);
  return chunks.filter((chunk) => !pieces.every((piece) => chunk.includes(piece)));
}

describe('DocumentThreads.readFile', () => {
  const threads = new DocumentThreads();
  afterAll(() => threads.onApplicationShutdown());

  it.each(cases)('$title ($file)', async (one) => {
    const bytes = bytesOf(one);
    const file = { name: one.name, type: one.type ?? '', bytes };
    const reading = { ...nothingRead, ...(await threads.readFile(file, { tenantId: 'acme' })) };
    const { title, text, has, lacks, everyChunkHas, refusal, warnings } = {
      ...noExpectation,
      ...one.expected,
    };
    expect(reading.refusal).toMatch(refusal);
    expect(reading.title).toBe(title === undefined ? reading.title : title);
    expect(reading.text).toBe(text?.join('\n') ?? reading.text);
    expect(reading.warnings.map((warning) => warning.split('.')[0])).toEqual(warnings);
    expect(has.filter((piece) => !reading.text.includes(piece))).toEqual([]);
    expect(lacks.filter((piece) => reading.text.includes(piece))).toEqual([]);
    expect(chunksWithout(everyChunkHas, reading.text)).toEqual([]);
  });
});
