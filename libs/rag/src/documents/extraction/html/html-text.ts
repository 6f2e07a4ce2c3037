import { Parser } from 'htmlparser2';
import { UnreadableFileError } from '../unreadable-file.error.js';
import {
  type Attributes,
  blockBreaks,
  inputText,
  isBold,
  joinedElements,
  labelledElements,
  skippedElements,
} from './html-elements.js';
import { HtmlTable } from './html-table.js';
import { type HtmlList, nextMarker, toOrderedList, unorderedList } from './list-marker.js';
import { TextWriter } from './text-writer.js';

/** The text of an HTML document. */
export interface HtmlText {
  readonly text: string;
  /** From `<title>`, else from the first `<h1>`; null if it has neither. */
  readonly title: string | null;
}

/** XHTML, in which `<iframe/>` ends at once and CDATA is text. */
const xhtmlStart = /^\s*<\?xml\b|^[^]{0,2000}?\bxmlns\s*=\s*["']http:\/\/www\.w3\.org\/1999\/xhtml["']/i;

/** The parser's time grows with the square of the depth. */
const maxDepth = 20_000;

/** What happens at the end of an open element. */
type Close = () => void;

/**
 * Writes HTML as Markdown: headings at which chunking splits the text into sections, lists, and tables with their captions and
 * headers. It reads the document once and is not recursive.
 *
 * @throws UnreadableFileError when it is nested too deeply
 */
export function readHtml(html: string): HtmlText {
  const reader = new HtmlReader();
  const isXhtml = xhtmlStart.test(html);
  const parser = new Parser(
    {
      onopentag: (name, attributes) => reader.open(name, attributes),
      ontext: (text) => reader.write(text),
      onclosetag: () => reader.close(),
    },
    { decodeEntities: true, lowerCaseTags: true, recognizeSelfClosing: isXhtml, recognizeCDATA: isXhtml },
  );
  parser.end(html);
  return reader.result();
}

class HtmlReader {
  private readonly writers = [new TextWriter()];
  private readonly tables: HtmlTable[] = [];
  private readonly closes: Close[] = [];
  private readonly lists: HtmlList[] = [];
  private readonly titles: { title: string; h1: string } = { title: '', h1: '' };
  private skippedDepth = 0;
  private preDepth = 0;
  private preformatted = '';
  private boldDepth = 0;
  /** Since the start of the last cell. */
  private hasPlainText = false;
  private isInHead = false;
  private hasOpenTerm = false;

  open(name: string, attributes: Attributes): void {
    if (this.closes.length >= maxDepth) throw tooDeepError();
    if (this.skippedDepth > 0 || skippedElements.has(name)) {
      const label = attributes['aria-label'];
      if (this.skippedDepth === 0 && label !== undefined) this.writeInline(label)();
      this.skippedDepth += 1;
      this.closes.push(() => (this.skippedDepth -= 1));
      return;
    }
    const close = this.openers.get(name)?.(attributes) ?? this.openOther(name, attributes);
    this.closes.push(this.openBold(isBold(name, attributes), close));
  }

  close(): void {
    this.closes.pop()?.();
  }

  write(text: string): void {
    if (this.skippedDepth > 0) return;
    if (this.boldDepth === 0 && text.trim() !== '') this.hasPlainText = true;
    if (this.preDepth > 0) this.preformatted += text;
    else this.writer.write(text);
  }

  result(): HtmlText {
    const { title, h1 } = this.titles;
    return { text: this.writers[0]!.text, title: title || h1 || null };
  }

  private get writer(): TextWriter {
    return this.writers.at(-1)!;
  }

  private readonly openers = new Map(
    Object.entries<(attributes: Attributes) => Close>({
      title: () => this.capture((text) => (this.titles.title ||= toSingleLine(text))),
      ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((level) => [`h${level}`, () => this.openHeading(level)])),
      br: () => this.breakAround(1),
      input: (attributes) => this.writeInline(inputText(attributes)),
      img: ({ alt = '' }) => this.writeInline(alt),
      ul: () => this.openList(unorderedList()),
      ol: (attributes) => this.openList(toOrderedList(attributes)),
      li: ({ value }) => this.openItem(value),
      ...Object.fromEntries(['s', 'del', 'strike'].map((name) => [name, () => this.openDeleted()])),
      optgroup: ({ label = '' }) => this.openLine(label),
      option: () => this.openMarked('- '),
      dd: () => this.openDefinition(),
      pre: () => this.openPreformatted(),
      rp: () => this.capture(() => undefined),
      rt: () => this.openReading(),
      sup: () => this.openSuperscript(),
      table: (attributes) => this.openTable(attributes),
      caption: () => this.capture((text) => this.tables.at(-1)?.addCaption(text)),
      thead: () => this.openHead(),
      tr: () => this.openRow(),
      td: (attributes) => this.openCell(false, attributes),
      th: (attributes) => this.openCell(true, attributes),
    }),
  );

  private openOther(name: string, attributes: Attributes): Close {
    if (attributes['role'] === 'heading') return this.openHeading(toHeadingLevel(attributes['aria-level']));
    const breaks = blockBreaks.get(name);
    if (breaks === undefined) return this.openInline(name, attributes);
    const closeBlock = this.breakAround(breaks);
    if (name !== 'dt') return closeBlock;
    return () => {
      closeBlock();
      this.hasOpenTerm = true;
    };
  }

  /** The label of an icon, as in `<i aria-label="included"></i>`, is its text. */
  private openInline(name: string, { 'aria-label': label = '' }: Attributes): Close {
    if (joinedElements.has(name)) return () => undefined;
    const { writer } = this;
    const partsBefore = writer.partCount;
    writer.beginInline();
    return () => {
      if (labelledElements.has(name) && writer.partCount === partsBefore) writer.write(label);
      writer.endInline();
    };
  }

  /** Text that is no longer valid, as in "<s>100</s> 80 EUR", is marked. */
  private openDeleted(): Close {
    this.writer.beginInline();
    return this.capture((text) => {
      if (text.includes('\n')) return this.writer.writeBlock(text);
      this.writer.write(text && `~~${text}~~`);
      this.writer.endInline();
    });
  }

  private breakAround(breaks: number): Close {
    if (this.preDepth > 0) this.breakPreformattedLine();
    this.writer.breakLine(breaks);
    return () => this.writer.breakLine(breaks);
  }

  private breakPreformattedLine(): void {
    if (!this.preformatted.endsWith('\n')) this.preformatted += '\n';
  }

  private writeInline(text: string): Close {
    this.writer.beginInline();
    this.writer.write(text);
    return () => this.writer.endInline();
  }

  /** Collects the text of an element apart from the text around it. */
  private capture(use: (text: string) => void): Close {
    this.writers.push(new TextWriter());
    return () => use(this.writers.pop()!.text);
  }

  private openHeading(level: number): Close {
    return this.capture((text) => {
      const line = toSingleLine(text);
      if (level === 1) this.titles.h1 ||= line;
      if (line !== '') this.writer.writeBlock(`${'#'.repeat(level)} ${line}`);
    });
  }

  private openList(list: HtmlList): Close {
    this.lists.push(list);
    const close = this.breakAround(this.lists.length > 1 ? 1 : 2);
    return () => {
      this.lists.pop();
      close();
    };
  }

  private openItem(value?: string): Close {
    const list = this.lists.at(-1);
    const indent = '  '.repeat(Math.min(Math.max(this.lists.length - 1, 0), 8));
    return this.openMarked(`${indent}${list ? nextMarker(list, value) : '-'} `);
  }

  private openMarked(marker: string): Close {
    this.writer.beginLine(marker);
    return () => this.writer.breakLine(1);
  }

  private openLine(text: string): Close {
    this.writer.breakLine(1);
    this.writer.write(text);
    return this.breakAround(1);
  }

  /** `Term: definition`. A further definition of the same term is a line of its own. */
  private openDefinition(): Close {
    if (this.hasOpenTerm) this.writer.continueLine(':');
    else this.writer.breakLine(1);
    this.hasOpenTerm = false;
    return () => this.writer.breakLine(1);
  }

  /** Code is fenced, so that a line which begins with a hash is no heading. */
  private openPreformatted(): Close {
    this.preDepth += 1;
    return () => {
      this.preDepth -= 1;
      if (this.preDepth > 0) return;
      const text = this.preformatted.replace(/^\n/, '').trimEnd();
      this.preformatted = '';
      const fence = text.includes('```') ? '~~~~' : '```';
      if (text !== '') this.writer.writeBlock(`${fence}\n${text}\n${fence}`);
    };
  }

  /** The reading of ruby text: `漢字(かんじ)`. */
  private openReading(): Close {
    return this.capture((text) => text !== '' && this.writer.write(`(${text})`));
  }

  /** `10<sup>2</sup>` is not 102. A superscript of letters, as in `1st`, is part of its word. */
  private openSuperscript(): Close {
    return this.capture((text) => this.writer.write(/^\p{L}/u.test(text) ? text : text && `^${text}`));
  }

  private openTable(attributes: Attributes): Close {
    const table = new HtmlTable(attributes);
    this.tables.at(-1)?.addNestedTable();
    this.tables.push(table);
    this.writer.breakLine(2);
    return () => {
      this.tables.pop();
      this.writer.writeBlock(table.toText());
    };
  }

  private openHead(): Close {
    this.isInHead = true;
    return () => (this.isInHead = false);
  }

  private openRow(): Close {
    this.tables.at(-1)?.addRow(this.isInHead);
    return () => undefined;
  }

  private openCell(isHeader: boolean, attributes: Attributes): Close {
    const table = this.tables.at(-1);
    if (!table) return this.breakAround(1);
    this.hasPlainText = false;
    return this.capture((text) => table.addCell(text, { isHeader, isBold: !this.hasPlainText }, attributes));
  }

  private openBold(isBoldElement: boolean, close: Close): Close {
    if (!isBoldElement) return close;
    this.boldDepth += 1;
    return () => {
      this.boldDepth -= 1;
      close();
    };
  }
}

function tooDeepError(): UnreadableFileError {
  return new UnreadableFileError(`is HTML that is nested deeper than ${maxDepth} elements`);
}

function toSingleLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function toHeadingLevel(attribute = '2'): number {
  const level = Number.parseInt(attribute, 10);
  return level >= 1 && level <= 6 ? level : 2;
}
