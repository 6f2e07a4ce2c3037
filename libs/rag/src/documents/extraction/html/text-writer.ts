/** Text that must not have a space before it, when two elements follow one another directly. */
const closingPunctuation = /^[\p{Pe}\p{Pf},.;:!?%]/u;
const openingPunctuation = /[\p{Ps}\p{Pi}\p{Sc}]$/u;
/** Letters and punctuation of scripts without spaces between words. */
const unspaced =
  '[\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Thai}\\p{scx=Laoo}\\p{scx=Khmr}\\p{scx=Mymr}\\u3000-\\u303F\\uFF01-\\uFF60]';
const unspacedStart = new RegExp(`^${unspaced}`, 'u');
const unspacedEnd = new RegExp(`${unspaced}$`, 'u');
/** A line break of the source between two such letters is no space. */
const unspacedLineBreak = new RegExp(`(?<=${unspaced})[ \\t]*\\r?\\n\\s*(?=${unspaced})`, 'gu');
const softHyphens = /[\u00AD\uFEFF]/g;
const whiteSpace = /[ \t\n\f\r\u00A0]+/g;

/** Collects the text of an HTML element as a browser shows it: white space collapses, blocks begin on a new line. */
export class TextWriter {
  private readonly parts: string[] = [];
  private pendingBreaks = 0;
  private pendingSpace = false;
  private pendingMarker = '';
  private keepsLine = false;
  /** An inline element has just ended, and no text has followed yet. */
  private hasEndedInline = false;
  private isApart = false;
  private lastPart = '';

  get text(): string {
    return this.parts.join('');
  }

  /** The number of pieces that were written: it grows with every text. */
  get partCount(): number {
    return this.parts.length;
  }

  /** Writes text of the document. Soft hyphens are left out: they only say where a word may be divided. */
  write(text: string): void {
    const collapsed = text.replace(softHyphens, '').replace(unspacedLineBreak, '').replace(whiteSpace, ' ');
    const trimmed = collapsed.trim();
    if (collapsed.startsWith(' ')) this.pendingSpace = true;
    if (trimmed === '') return;
    this.append(trimmed);
    this.pendingSpace = collapsed.endsWith(' ');
  }

  /** Writes a block that has its own line breaks, such as a table. */
  writeBlock(block: string): void {
    if (block.trim() === '') return;
    this.breakLine(2);
    this.append(block);
    this.breakLine(2);
  }

  /** The next text begins after this many line breaks: 2 leave an empty line. */
  breakLine(breaks: number): void {
    if (!this.keepsLine) this.pendingBreaks = Math.max(this.pendingBreaks, breaks);
  }

  /** Begins a line with a marker, such as `- `. It is written with the first text, which stays on its line. */
  beginLine(marker: string): void {
    this.keepsLine = false;
    this.breakLine(1);
    this.pendingMarker = marker;
    this.keepsLine = true;
  }

  /** The next text stays on this line after the mark, even if a block begins before it. */
  continueLine(mark: string): void {
    if (this.parts.length === 0) return;
    if (!/\p{P}$/u.test(this.lastPart)) this.add(mark);
    this.pendingBreaks = 0;
    this.pendingSpace = true;
    this.keepsLine = true;
  }

  beginInline(): void {
    if (this.hasEndedInline) this.isApart = true;
  }

  endInline(): void {
    this.hasEndedInline = true;
  }

  private append(text: string): void {
    this.add(this.separatorBefore(text));
    this.add(this.pendingMarker);
    this.add(text);
    this.pendingBreaks = 0;
    this.pendingMarker = '';
    this.pendingSpace = false;
    this.keepsLine = false;
    this.hasEndedInline = false;
    this.isApart = false;
  }

  private separatorBefore(text: string): string {
    if (this.parts.length === 0) return '';
    if (this.pendingBreaks > 0) return '\n'.repeat(this.pendingBreaks);
    if (this.pendingSpace) return ' ';
    return this.isApart && !this.joins(text) ? ' ' : '';
  }

  private joins(text: string): boolean {
    if (closingPunctuation.test(text) || openingPunctuation.test(this.lastPart)) return true;
    return unspacedStart.test(text) || unspacedEnd.test(this.lastPart);
  }

  private add(part: string): void {
    if (part === '') return;
    this.parts.push(part);
    this.lastPart = part;
  }
}
