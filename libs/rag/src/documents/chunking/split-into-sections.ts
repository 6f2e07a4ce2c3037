/** The text between two headings of a document, with the headings it stands under, outermost first. */
export interface Section {
  readonly headings: readonly string[];
  /** Without the heading's own line. */
  readonly body: string;
}

interface Heading {
  readonly level: number;
  readonly title: string;
}

/** CommonMark's ATX heading. A longer line is prose that happens to begin with a hash. */
const headingLine = /^ {0,3}(#{1,6})[ \t]+(\S.{0,198}?)(?:[ \t]+#+)?[ \t]*$/;
const fenceLine = /^ {0,3}(`{3,}|~{3,})/;

/**
 * Cuts at Markdown headings (`#` to `######`), outside of fenced code; text without any is one section. A heading with nothing
 * under it but deeper headings is no section of its own, since it stands in theirs. Expects `\n` as line end.
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

/** The fence that is open after this line: only a line of the same marks, at least as many, closes it. */
function openFenceAfter(line: string, open: string | null): string | null {
  const marks = fenceLine.exec(line)?.[1];
  if (marks === undefined) return open;
  if (open === null) return marks;
  return marks.startsWith(open) ? null : open;
}
