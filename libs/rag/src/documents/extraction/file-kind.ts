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

const pdfStart = /^\s*%PDF-/;
/** In the head of an e-mail, or of a page that a browser saved as MHTML: the text is encoded once more. */
const encodedBodyHeader =
  /^content-type:[ \t]*multipart\/|^content-transfer-encoding:[ \t]*(?:base64|quoted-printable)/im;
/** A header, or a further line of one. */
const headerLine = /^(?:[\w-]+:|[ \t]+\S)/;

const htmlStart =
  /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->)[^])*-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i;
/** Prose about HTML may begin with a tag, but its words follow at once and it closes no element of a page. */
const tagBeforeWords = /^\s*<[^<>]*>[ \t]*[^<\s]/;
const htmlEndTag = /<\/(?:html|head|body|title|h[1-6]|p|div|table|script|style)\s*>/i;
const htmlTag = /<!--|<[a-z][a-z0-9]*(?:\s[^<>]*)?>/i;

/**
 * Detects the format from the bytes. Name and media type matter in four cases only: for text that may be plain, Markdown or HTML, for
 * the encoding of text, for the title of Markdown, and for a file that is declared as PDF but is none, which counts as damaged.
 */
export function detectFileKind(file: SentFile): FileKind {
  const start = startAsLatin1(file.bytes);
  if (isPdf(start, file.bytes)) return { kind: 'pdf', content: file.bytes };
  const unsupportedFormat = unsupportedFormats.find(([signature]) => start.startsWith(signature));
  if (unsupportedFormat) return { refusal: `is ${unsupportedFormat[1]}; send text, Markdown, HTML or PDF` };
  if (isDeclaredAs(file, 'application/pdf', /\.pdf$/i))
    return { refusal: 'is a damaged PDF: it does not begin with %PDF-' };
  return detectTextKind(file, start);
}

/** A text may also mention the signature, but it has no objects. */
function isPdf(start: string, { buffer, byteOffset, length }: Uint8Array): boolean {
  if (pdfStart.test(start)) return true;
  const mentionsSignature = start.slice(0, pdfSignatureSearchBytes).includes('%PDF-');
  return mentionsSignature && Buffer.from(buffer, byteOffset, length).includes('endobj');
}

function detectTextKind(file: SentFile, start: string): FileKind {
  const isDeclaredHtml = isDeclaredAs(file, 'text/html', /\.x?html?$/i);
  const decoded = decodeText(file.bytes, file.type, isDeclaredHtml || htmlStart.test(start));
  if ('refusal' in decoded) return decoded;
  const content = decoded.text;
  const contentStart = content.slice(0, start.length);
  if (isMimeMessage(contentStart))
    return { refusal: 'is an e-mail or a web archive (MHTML); send its text, or the page as HTML or PDF' };
  if (isDeclaredHtml ? hasTags(content) : isPage(content)) return { kind: 'html', content };
  return { kind: isMarkdown(file) ? 'markdown' : 'text', content };
}

function hasTags(content: string): boolean {
  return htmlStart.test(content) || htmlTag.test(content);
}

function isPage(content: string): boolean {
  return htmlStart.test(content) && (!tagBeforeWords.test(content) || htmlEndTag.test(content));
}

function isMimeMessage(start: string): boolean {
  const head = start.split(/\r?\n\r?\n/, 1)[0]!;
  return encodedBodyHeader.test(head) && head.split(/\r?\n/).every((line) => headerLine.test(line));
}

function isMarkdown(file: SentFile): boolean {
  const hasExtension = /\.(?:md|markdown|mdown|mkdn?|mdwn|mdx|[qr]md)$/i;
  return (
    isDeclaredAs(file, 'text/markdown', hasExtension) || isDeclaredAs(file, 'text/x-markdown', hasExtension)
  );
}

function isDeclaredAs({ name, type }: SentFile, mediaType: string, extension: RegExp): boolean {
  return type.split(';')[0]!.trim().toLowerCase() === mediaType || extension.test(name);
}
