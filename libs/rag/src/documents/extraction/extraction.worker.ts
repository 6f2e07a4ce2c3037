import { parentPort } from 'node:worker_threads';
import { type FormatCallback, htmlToText } from 'html-to-text';
import { getDocumentProxy } from 'unpdf';

// When the sources run without a build, Node runs this file as it is. So it imports only packages and uses no syntax that needs compiling.

/** The message from `TextExtractor`: a PDF as bytes, or HTML as text. */
interface ExtractionTask {
  readonly content: Uint8Array | string;
  readonly maxCharacters: number;
  readonly maxPages: number;
}

/** A reason that the user can understand. Every other error counts as a damaged file. */
class RefusedFileError extends Error {}

parentPort?.on('message', async (task: ExtractionTask) => {
  try {
    const { content } = task;
    const text = typeof content === 'string' ? extractHtmlText(content) : await extractPdfText(content, task);
    if (text.length > task.maxCharacters) throw tooLongError(task);
    parentPort?.postMessage({ text }, []);
  } catch (error) {
    parentPort?.postMessage({ refusal: toRefusal(error, task) }, []);
  }
});

function tooLongError({ maxCharacters }: ExtractionTask): RefusedFileError {
  return new RefusedFileError(`has more than ${maxCharacters} characters of text`);
}

function toRefusal(error: unknown, { content }: ExtractionTask): string {
  if (error instanceof RefusedFileError) return error.message;
  if (error instanceof Error && error.name === 'PasswordException') return 'is encrypted with a password';
  return typeof content === 'string' ? 'is HTML that cannot be read' : 'is a damaged PDF';
}

async function extractPdfText(bytes: Uint8Array, task: ExtractionTask): Promise<string> {
  const pdf = await getDocumentProxy(bytes, { verbosity: 0 });
  if (pdf.numPages > task.maxPages) throw new RefusedFileError(`has more than ${task.maxPages} pages`);
  const pages: string[] = [];
  let length = 0;
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    const text = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
    page.cleanup();
    pages.push(text);
    length += text.length;
    if (length > task.maxCharacters) throw tooLongError(task);
  }
  return pages.join('\n\n');
}

/** Writes headings as Markdown headings, at which chunking splits the text into sections. */
const markdownHeading: FormatCallback = (element, walk, builder, { level }) => {
  builder.openBlock({ leadingLineBreaks: 2 });
  builder.addLiteral(`${'#'.repeat(Number(level))} `);
  walk(element.children, builder);
  builder.closeBlock({ trailingLineBreaks: 2 });
};

const skippedElements = ['script', 'style', 'noscript', 'template', 'head', 'svg', 'iframe', 'object', 'img'];

function extractHtmlText(html: string): string {
  return htmlToText(html, {
    wordwrap: false,
    limits: { maxInputLength: html.length, maxDepth: 200, ellipsis: '' },
    formatters: { heading: markdownHeading },
    selectors: [
      ...skippedElements.map((selector) => ({ selector, format: 'skip' })),
      ...[1, 2, 3, 4, 5, 6].map((level) => ({
        selector: `h${level}`,
        format: 'heading',
        options: { level },
      })),
      { selector: 'a', options: { ignoreHref: true } },
      { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
    ],
  });
}
