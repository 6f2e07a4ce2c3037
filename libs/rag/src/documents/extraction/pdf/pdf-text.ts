import { join } from 'node:path';
import { getDocumentProxy, getResolvedPDFJS } from 'unpdf';
import type { PDFPageProxy } from 'unpdf/pdfjs';
import { UnreadableFileError } from '../unreadable-file.error.js';
import { mendLineEnds } from './mend-line-ends.js';
import { annotationText } from './page-annotations.js';
import { pageText } from './page-text.js';
import { chooseTitle } from './pdf-title.js';
import { UnreadableFonts } from './unreadable-fonts.js';

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
  readonly isScan: boolean;
  /** Of the page's text, a part is left out, since its font does not say which characters it shows. */
  readonly hasUnreadableText: boolean;
}

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;

/** Characters of a font that does not say what they mean: private use, replacement and control characters. */
const unknownCharacter = /[\uE000-\uF8FF\uFFFD\u{F0000}-\u{10FFFD}]|[\p{Cc}--[\t\n\v\f\r\u0085]]/v;
/** Less text beside an image as large as a scanned page is only a page number or a stamp. */
const maxStampCharacters = 100;
const minScanPixels = 500_000;
/** It takes time to look for images. */
const maxSearchedPages = 20;
const maxNamedPages = 20;

/** Reads the text page by page. @throws UnreadableFileError, or an error of the parser for a damaged or encrypted file */
export async function readPdf(bytes: Uint8Array, { maxPages, maxCharacters }: PdfLimits): Promise<PdfText> {
  const pdf = await getDocumentProxy(bytes, {
    verbosity: 0,
    cMapUrl: join(import.meta.dirname, 'character-maps/'),
    cMapPacked: true,
    fontExtraProperties: true,
    useWorkerFetch: false,
  });
  if (pdf.numPages > maxPages) throw new UnreadableFileError(`has more than ${maxPages} pages`);
  const pages: Page[] = [];
  const fonts = new UnreadableFonts();
  let length = 0;
  let shortPages = 0;
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await readPage(await pdf.getPage(number), fonts, shortPages < maxSearchedPages);
    pages.push(page);
    if (isShort(page)) shortPages += 1;
    length += page.text.length;
    if (length > maxCharacters)
      throw new UnreadableFileError(`has more than ${maxCharacters} characters of text`);
  }
  if (
    pages.some(({ hasUnreadableText }) => hasUnreadableText) &&
    pages.every(({ text }) => text.trim() === '')
  )
    throw new UnreadableFileError(
      'has text only in fonts that do not say which characters they show; run OCR first',
    );
  const text = mendLineEnds(pages.map((page) => page.text).join('\n\n')).replaceAll('\u00AD', '');
  return {
    text,
    title: await readTitle(pdf),
    warnings: [...warningsFor(pages), ...(await attachmentWarnings(pdf))],
  };
}

async function readPage(page: PDFPageProxy, fonts: UnreadableFonts, searchesImages: boolean): Promise<Page> {
  const content = await page.getTextContent();
  const { items, hasUnreadableText } = await fonts.removeFrom(page, content.items);
  const texts = [pageText(items), await annotationText(page)];
  const text = texts.filter((one) => one.trim() !== '').join('\n');
  const isScan = searchesImages && isShort({ text }) && (await hasLargeImage(page));
  page.cleanup();
  return { number: page.pageNumber, text, isScan, hasUnreadableText };
}

function isShort({ text }: { readonly text: string }): boolean {
  return text.trim() !== '' && text.trim().length < maxStampCharacters;
}

async function hasLargeImage(page: PDFPageProxy): Promise<boolean> {
  const { OPS } = await getResolvedPDFJS();
  const { fnArray, argsArray } = await page.getOperatorList();
  const pixels = fnArray.map((operator, at) => {
    if (operator === OPS.paintImageXObject) return Number(argsArray[at][1]) * Number(argsArray[at][2]);
    if (operator !== OPS.paintImageMaskXObject) return 0;
    const { width, height } = argsArray[at][0] as { width: number; height: number };
    return width * height;
  });
  return pixels.reduce((sum, count) => sum + count, 0) >= minScanPixels;
}

async function readTitle(pdf: PdfDocument): Promise<string | null> {
  const { info, metadata } = await pdf.getMetadata();
  const { Title: title } = info as { Title?: unknown };
  const xmpTitle: unknown = metadata?.get('dc:title');
  return chooseTitle([title, xmpTitle].flat());
}

async function attachmentWarnings(pdf: PdfDocument): Promise<string[]> {
  const attachments = (await pdf.getAttachments()) as ReadonlyMap<string, unknown> | null;
  const count = attachments?.size ?? 0;
  if (count === 0) return [];
  const files = count === 1 ? 'A file is' : `${count} files are`;
  return [`${files} attached to the PDF and not in the document. Upload attached files on their own.`];
}

function warningsFor(pages: readonly Page[]): string[] {
  const empty = pages.filter(({ text, hasUnreadableText }) => text.trim() === '' && !hasUnreadableText);
  const unreadable = pages.filter(({ hasUnreadableText }) => hasUnreadableText);
  const unknown = pages.filter(({ text }) => unknownCharacter.test(text));
  const scans = pages.filter(({ isScan }) => isScan);
  const warnings: string[] = [];
  if (empty.length > 0)
    warnings.push(
      `${namePages(empty)} no text. If it is an image, its words are not in the document; run OCR first.`,
    );
  if (scans.length > 0)
    warnings.push(
      `${namePages(scans)} a large image and only a few words. The words of the image are not in the document; run OCR first.`,
    );
  if (unreadable.length > 0)
    warnings.push(
      `${namePages(unreadable)} text in a font that does not say which characters it shows. This text is not in the document; run OCR first.`,
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
