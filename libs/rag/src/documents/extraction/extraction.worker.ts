import { parentPort } from 'node:worker_threads';
import { type FormatCallback, htmlToText } from 'html-to-text';
import { getDocumentProxy } from 'unpdf';

// Node runs this file as it is when the sources are run: it may import packages only, and no syntax that has to be compiled.

/** A PDF comes as bytes, HTML as text. */
interface ExtractionTask {
  readonly content: Uint8Array | string;
  readonly mostCharacters: number;
  readonly mostPages: number;
}

/** What the file is to blame for; anything else that goes wrong counts as damage. */
class RefusedFileError extends Error {}

parentPort?.on('message', async (order: ExtractionTask) => {
  try {
    const { content } = order;
    const text =
      typeof content === 'string' ? extractHtmlText(content) : await extractPdfText(content, order);
    if (text.length > order.mostCharacters) throw tooLongError(order);
    parentPort?.postMessage({ text }, []);
  } catch (error) {
    parentPort?.postMessage({ refusal: toRefusal(error, order) }, []);
  }
});

function tooLongError({ mostCharacters }: ExtractionTask): RefusedFileError {
  return new RefusedFileError(`has more than ${mostCharacters} characters of text`);
}

function toRefusal(error: unknown, { content }: ExtractionTask): string {
  if (error instanceof RefusedFileError) return error.message;
  if (error instanceof Error && error.name === 'PasswordException') return 'is encrypted with a password';
  return typeof content === 'string' ? 'is HTML that cannot be read' : 'is a damaged PDF';
}

async function extractPdfText(bytes: Uint8Array, task: ExtractionTask): Promise<string> {
  const pdf = await getDocumentProxy(bytes, { verbosity: 0 });
  if (pdf.numPages > task.mostPages) throw new RefusedFileError(`has more than ${task.mostPages} pages`);
  const pages: string[] = [];
  let length = 0;
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    const text = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
    page.cleanup();
    pages.push(text);
    length += text.length;
    if (length > task.mostCharacters) throw tooLongError(task);
  }
  return pages.join('\n\n');
}

/** Headings become Markdown's, by which the text is cut into sections. */
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
