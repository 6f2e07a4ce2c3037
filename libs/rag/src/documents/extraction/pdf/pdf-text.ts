import { join } from 'node:path';
import { getDocumentProxy } from 'unpdf';
import { UnreadableFileError } from '../unreadable-file.error.js';
import { mendLineEnds } from './mend-line-ends.js';

/** The text of a PDF. */
export interface PdfText {
  readonly text: string;
  /** The title that the PDF declares; null if it has none that a person has written. */
  readonly title: string | null;
  /** Sentences about what is in the PDF, but not in the text. */
  readonly warnings: readonly string[];
}

export interface PdfLimits {
  readonly maxPages: number;
  readonly maxCharacters: number;
}

interface Page {
  readonly number: number;
  readonly text: string;
}

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;

/** Titles that programs write: `untitled`, `Microsoft Word - lease.docx`, `lease_v3.indd`. */
const generatedTitle = /^(?:untitled|document\d*|microsoft \w+ - .*|.*[/\\].*|.*\.\w{2,5})$/i;
/** Characters of a font that does not say what they mean: private use and replacement characters. */
const unknownCharacter = /[\uE000-\uF8FF\uFFFD]/;
const maxNamedPages = 20;

/** Reads the text page by page. @throws UnreadableFileError, or an error of the parser for a damaged or encrypted file */
export async function readPdf(bytes: Uint8Array, { maxPages, maxCharacters }: PdfLimits): Promise<PdfText> {
  const pdf = await getDocumentProxy(bytes, {
    verbosity: 0,
    cMapUrl: join(import.meta.dirname, 'character-maps/'),
    cMapPacked: true,
    useWorkerFetch: false,
  });
  if (pdf.numPages > maxPages) throw new UnreadableFileError(`has more than ${maxPages} pages`);
  const pages: Page[] = [];
  let length = 0;
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const text = await readPage(pdf, number);
    pages.push({ number, text });
    length += text.length;
    if (length > maxCharacters)
      throw new UnreadableFileError(`has more than ${maxCharacters} characters of text`);
  }
  const text = mendLineEnds(pages.map((page) => page.text).join('\n\n')).replaceAll('\u00AD', '');
  return { text, title: await readTitle(pdf), warnings: warningsFor(pages) };
}

async function readPage(pdf: PdfDocument, number: number): Promise<string> {
  const page = await pdf.getPage(number);
  const { items } = await page.getTextContent();
  page.cleanup();
  return items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
}

async function readTitle(pdf: PdfDocument): Promise<string | null> {
  const { info } = await pdf.getMetadata();
  const { Title: declared } = info as { Title?: unknown };
  const title = typeof declared === 'string' ? declared.replace(/\s+/g, ' ').trim() : '';
  return title === '' || generatedTitle.test(title) ? null : title;
}

function warningsFor(pages: readonly Page[]): string[] {
  const empty = pages.filter(({ text }) => text.trim() === '');
  const unknown = pages.filter(({ text }) => unknownCharacter.test(text));
  const warnings: string[] = [];
  if (empty.length > 0)
    warnings.push(
      `${namePages(empty)} no text. If it is an image, its words are not in the document; run OCR first.`,
    );
  if (unknown.length > 0)
    warnings.push(
      `${namePages(unknown)} characters in a font that does not say what they mean; some words are missing or wrong.`,
    );
  return warnings;
}

/** `Page 3 has`, `Pages 3, 5 and 1 more have`. */
function namePages(pages: readonly Page[]): string {
  if (pages.length === 1) return `Page ${pages[0]!.number} has`;
  const named = pages.slice(0, maxNamedPages).map(({ number }) => number);
  const more = pages.length - named.length;
  return `Pages ${named.join(', ')}${more === 0 ? '' : ` and ${more} more`} have`;
}
