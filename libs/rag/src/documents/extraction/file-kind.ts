import type { UploadedFile } from '#http';

/** What a file is by its bytes; a text has already been decoded. `refusal` ends a sentence that begins with the file's name. */
export type FileKind =
  | { readonly kind: 'pdf'; readonly content: Uint8Array }
  | { readonly kind: 'html' | 'text'; readonly content: string }
  | { readonly refusal: string };

/** Readers of PDF look for its mark this far into the file. */
const pdfMarkSearchBytes = 1024;
/** Whoever writes HTML says so before this. */
const htmlStartSearchCharacters = 4096;

const unsupportedFormats: readonly [mark: string, name: string][] = [
  ['PK\u0003\u0004', 'a ZIP archive (which office documents are as well)'],
  ['\u001f\u008b', 'a gzip archive'],
  ['\u0089PNG', 'an image'],
  ['\u00ff\u00d8\u00ff', 'an image'],
  ['GIF8', 'an image'],
  ['\u00d0\u00cf\u0011\u00e0', 'an old office document'],
];

const htmlStart = /^\s*(?:<!--(?:(?!-->)[^])*-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i;
const htmlTag = /<!--|<[a-z][a-z0-9]*(?:\s[^<>]*)?>/i;

/**
 * The bytes decide. Name and type are heard only where a text could be either, plain or HTML, and where they promise a PDF that is
 * none: that file was damaged on its way.
 */
export function detectFileKind(file: UploadedFile): FileKind {
  const start = file.bytes.subarray(0, pdfMarkSearchBytes).toString('latin1');
  if (start.includes('%PDF-')) return { kind: 'pdf', content: file.bytes };
  const unsupportedFormat = unsupportedFormats.find(([mark]) => start.startsWith(mark));
  if (unsupportedFormat)
    return { refusal: `is ${unsupportedFormat[1]}; text, Markdown, HTML and PDF can be read` };
  if (isDeclaredAs(file, 'application/pdf', /\.pdf$/i))
    return { refusal: 'is a damaged PDF: it does not begin as one' };
  const text = decodeText(file.bytes);
  if (text === null) return { refusal: 'is neither a PDF nor a text in UTF-8' };
  return { kind: isHtml(file, text) ? 'html' : 'text', content: text };
}

function isDeclaredAs({ name, type }: UploadedFile, mediaType: string, extension: RegExp): boolean {
  return type.toLowerCase() === mediaType || extension.test(name);
}

function isHtml(file: UploadedFile, text: string): boolean {
  if (htmlStart.test(text.slice(0, htmlStartSearchCharacters))) return true;
  return isDeclaredAs(file, 'text/html', /\.x?html?$/i) && htmlTag.test(text);
}

/** UTF-8, or UTF-16 with the byte order mark that says so; null for anything else. */
function decodeText(bytes: Buffer): string | null {
  const encoding = { fffe: 'utf-16le', feff: 'utf-16be' }[bytes.subarray(0, 2).toString('hex')] ?? 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
