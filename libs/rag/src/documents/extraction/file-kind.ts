import type { UploadedFile } from '#http';

/** The format of a file, with decoded content if it is text. `refusal` is the end of a sentence that begins with the file's name. */
export type FileKind =
  | { readonly kind: 'pdf'; readonly content: Uint8Array }
  | { readonly kind: 'html' | 'text'; readonly content: string }
  | { readonly refusal: string };

/** PDF readers search for the signature this far into the file. */
const pdfSignatureSearchBytes = 1024;
/** HTML is recognised by its first tags, within this many characters. */
const htmlStartSearchCharacters = 4096;

const unsupportedFormats: readonly [signature: string, name: string][] = [
  ['PK\u0003\u0004', 'a ZIP archive or an office document'],
  ['\u001f\u008b', 'a gzip archive'],
  ['\u0089PNG', 'an image'],
  ['\u00ff\u00d8\u00ff', 'an image'],
  ['GIF8', 'an image'],
  ['\u00d0\u00cf\u0011\u00e0', 'an old office document'],
];

const htmlStart = /^\s*(?:<!--(?:(?!-->)[^])*-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i;
const htmlTag = /<!--|<[a-z][a-z0-9]*(?:\s[^<>]*)?>/i;

/**
 * Detects the format from the bytes. Name and media type matter in two cases only: for text that may be plain or HTML, and for a file
 * that is declared as PDF but is none, which counts as damaged.
 */
export function detectFileKind(file: UploadedFile): FileKind {
  const start = file.bytes.subarray(0, pdfSignatureSearchBytes).toString('latin1');
  if (start.includes('%PDF-')) return { kind: 'pdf', content: file.bytes };
  const unsupportedFormat = unsupportedFormats.find(([signature]) => start.startsWith(signature));
  if (unsupportedFormat) return { refusal: `is ${unsupportedFormat[1]}; send text, Markdown, HTML or PDF` };
  if (isDeclaredAs(file, 'application/pdf', /\.pdf$/i))
    return { refusal: 'is a damaged PDF: it does not begin with %PDF-' };
  const text = decodeText(file.bytes);
  if (text === null) return { refusal: 'is neither a PDF nor text in UTF-8' };
  return { kind: isHtml(file, text) ? 'html' : 'text', content: text };
}

function isDeclaredAs({ name, type }: UploadedFile, mediaType: string, extension: RegExp): boolean {
  return type.toLowerCase() === mediaType || extension.test(name);
}

function isHtml(file: UploadedFile, text: string): boolean {
  if (htmlStart.test(text.slice(0, htmlStartSearchCharacters))) return true;
  return isDeclaredAs(file, 'text/html', /\.x?html?$/i) && htmlTag.test(text);
}

/** Decodes UTF-8, or UTF-16 with a byte order mark; null for anything else. */
function decodeText(bytes: Buffer): string | null {
  const encoding = { fffe: 'utf-16le', feff: 'utf-16be' }[bytes.subarray(0, 2).toString('hex')] ?? 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
