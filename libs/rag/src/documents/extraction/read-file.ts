import { findTextRefusal, replaceNonTextCharacters } from '../text-rules.js';
import { type DetectedFile, type SentFile, detectFileKind } from './file-kind.js';
import { markdownTitle } from './markdown-title.js';
import type { PdfLimits } from './pdf/pdf-text.js';
import { UnreadableFileError } from './unreadable-file.error.js';

/** What a file holds, or a reason as the end of a sentence that begins with the file's name: `is encrypted with a password`. */
export type FileReading = ReadFile | { readonly refusal: string };

interface ReadFile {
  readonly text: string;
  /** The title that the file itself has; null if it has none. */
  readonly title: string | null;
  /** Sentences about what is in the file, but not in the text. */
  readonly warnings: readonly string[];
}

/** Reads a text, Markdown, HTML or PDF file. Never rejects. */
export async function readFile(file: SentFile, limits: PdfLimits): Promise<FileReading> {
  const fileKind = detectFileKind(file);
  if ('refusal' in fileKind) return fileKind;
  try {
    return await readKind(fileKind, limits);
  } catch (error) {
    return { refusal: toRefusal(error, fileKind.kind) };
  }
}

/** A parser is loaded only for a file of its format. */
async function readKind({ kind, content }: DetectedFile, limits: PdfLimits): Promise<FileReading> {
  if (kind === 'pdf') {
    const { readPdf } = await import('./pdf/pdf-text.js');
    return accept(await readPdf(content, limits));
  }
  if (kind === 'html') {
    const { readHtml } = await import('./html/html-text.js');
    return accept({ ...readHtml(content), warnings: [] });
  }
  return acceptAsIs({
    text: content,
    title: kind === 'markdown' ? markdownTitle(content) : null,
    warnings: [],
  });
}

/** For text that was extracted: characters that a document must not have become spaces. */
function accept(file: ReadFile): FileReading {
  return acceptAsIs({ ...file, text: replaceNonTextCharacters(file.text) });
}

function acceptAsIs(file: ReadFile): FileReading {
  const refusal = findTextRefusal(file.text);
  return refusal === null ? file : { refusal };
}

function toRefusal(error: unknown, kind: DetectedFile['kind']): string {
  if (error instanceof UnreadableFileError) return error.message;
  if (error instanceof Error && error.name === 'PasswordException') return 'is encrypted with a password';
  return kind === 'pdf' ? 'is a damaged PDF' : 'cannot be read';
}
