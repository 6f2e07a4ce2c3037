/** The text between two headings of a document, with all headings above it, outermost first. */
export interface Section {
  readonly headings: readonly string[];
  /** Without the line of the heading. */
  readonly body: string;
}

interface Heading {
  readonly level: number;
  readonly title: string;
}

/** An ATX heading of CommonMark. A longer line is prose that begins with a hash by chance. */
const headingLine = /^ {0,3}(#{1,6})[ \t]+(\S.{0,198}?)(?:[ \t]+#+)?[ \t]*$/;
const fenceLine = /^ {0,3}(`{3,}|~{3,})/;

/**
 * Splits at Markdown headings (`#` to `######`) outside of fenced code; a text without headings is one section. A heading with only
 * deeper headings under it is no section of its own, because it is part of theirs. Expects `\n` as line break.
 */
export function splitIntoSections(text: string): Section[] {
  const outline = new Outline();
  let fence: string | null = null;
  for (const line of text.split('\n')) {
    fence = openFenceAfter(line, fence);
    const heading = fence === null ? parseHeading(line) : null;
    if (heading) outline.open(heading);
    else outline.write(line);
  }
  return outline.close();
}

class Outline {
  private readonly sections: Section[] = [];
  private path: readonly Heading[] = [];
  private lines: string[] = [];

  open(heading: Heading): void {
    const deepest = this.path.at(-1);
    this.closeSection(deepest === undefined || heading.level > deepest.level);
    this.path = [...this.path.filter(({ level }) => level < heading.level), heading];
  }

  write(line: string): void {
    this.lines.push(line);
  }

  close(): Section[] {
    this.closeSection(this.path.length === 0);
    return this.sections;
  }

  private closeSection(mayBeEmpty: boolean): void {
    const body = this.lines.join('\n');
    this.lines = [];
    if (body.trim() === '' && mayBeEmpty) return;
    this.sections.push({ headings: this.path.map(({ title }) => title), body });
  }
}

function parseHeading(line: string): Heading | null {
  const [, marks, title] = headingLine.exec(line) ?? [];
  return marks && title ? { level: marks.length, title } : null;
}

/** The code fence that is open after this line. Only a line with at least as many of the same marks closes it. */
function openFenceAfter(line: string, open: string | null): string | null {
  const marks = fenceLine.exec(line)?.[1];
  if (marks === undefined) return open;
  if (open === null) return marks;
  return marks.startsWith(open) ? null : open;
}
