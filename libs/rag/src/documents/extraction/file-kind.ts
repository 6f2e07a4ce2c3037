import { decodeText, startAsLatin1 } from './decode-text.js';

/** A file as the client sent it: do not trust its name and its type. */
export interface SentFile {
  readonly name: string;
  /** The media type, with its parameters. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** The format of a file, with decoded content if it is text. */
export type DetectedFile =
  | { readonly kind: 'pdf'; readonly content: Uint8Array }
  | { readonly kind: 'html' | 'markdown' | 'text'; readonly content: string };

/** `refusal` is the end of a sentence that begins with the file's name. */
export type FileKind = DetectedFile | { readonly refusal: string };

/** PDF readers search for the signature this far into the file. */
const pdfSignatureSearchBytes = 1024;

const unsupportedFormats: readonly [signature: string, name: string][] = [
  ['PK\u0003\u0004', 'a ZIP archive or an office document'],
  ['\u001f\u008b', 'a gzip archive'],
  ['\u0089PNG', 'an image'],
  ['\u00ff\u00d8\u00ff', 'an image'],
  ['GIF8', 'an image'],
  ['\u00d0\u00cf\u0011\u00e0', 'an old office document'],
  ['{\\rtf', 'an RTF document'],
];

const htmlStart =
  /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->)[^])*-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i;
const htmlTag = /<!--|<[a-z][a-z0-9]*(?:\s[^<>]*)?>/i;

/**
 * Detects the format from the bytes. Name and media type matter in four cases only: for text that may be plain, Markdown or HTML, for
 * the encoding of text, for the title of Markdown, and for a file that is declared as PDF but is none, which counts as damaged.
 */
export function detectFileKind(file: SentFile): FileKind {
  const start = startAsLatin1(file.bytes);
  if (start.slice(0, pdfSignatureSearchBytes).includes('%PDF-')) return { kind: 'pdf', content: file.bytes };
  const unsupportedFormat = unsupportedFormats.find(([signature]) => start.startsWith(signature));
  if (unsupportedFormat) return { refusal: `is ${unsupportedFormat[1]}; send text, Markdown, HTML or PDF` };
  if (isDeclaredAs(file, 'application/pdf', /\.pdf$/i))
    return { refusal: 'is a damaged PDF: it does not begin with %PDF-' };
  return detectTextKind(file, start);
}

function detectTextKind(file: SentFile, start: string): FileKind {
  const isDeclaredHtml = isDeclaredAs(file, 'text/html', /\.x?html?$/i);
  const decoded = decodeText(file.bytes, file.type, isDeclaredHtml || htmlStart.test(start));
  if ('refusal' in decoded) return decoded;
  const content = decoded.text;
  const isHtml = htmlStart.test(content.slice(0, start.length)) || (isDeclaredHtml && htmlTag.test(content));
  if (isHtml) return { kind: 'html', content };
  return { kind: isDeclaredAs(file, 'text/markdown', /\.(?:md|markdown)$/i) ? 'markdown' : 'text', content };
}

function isDeclaredAs({ name, type }: SentFile, mediaType: string, extension: RegExp): boolean {
  return type.split(';')[0]!.trim().toLowerCase() === mediaType || extension.test(name);
}
