import type { Difference, Report, Section } from './build-report.js';

/** The report as Markdown. Questions and answers are untrusted texts: nothing in them becomes markup. */
export function renderMarkdown({ title, lines, columnTitles: head, rows, sections }: Report): string {
  const table = [head, head.map(() => '---'), ...rows.map((row) => row.map(escapeInline))];
  return [
    `# ${escapeInline(title)}`,
    lines.map((line) => `- ${escapeInline(line)}`).join('\n'),
    table.map((row) => `| ${row.join(' | ')} |`).join('\n'),
    ...sections.flatMap(sectionLines),
    '',
  ].join('\n\n');
}

function sectionLines({ title, changes, errors, questions }: Section): string[] {
  return [
    `## ${escapeInline(title)}`,
    ...(changes.length === 0 ? [] : [codeBlock(changes.join('\n'), 'diff')]),
    ...(errors.length === 0 ? [] : [errors.map((error) => `- Error: ${escapeInline(error)}`).join('\n')]),
    ...questions.flatMap(questionLines),
  ];
}

function questionLines({ title, facts, before, after }: Difference): string[] {
  const rows = [
    ['', 'today', 'proposed'],
    ['---', '---', '---'],
    ...facts.map((row) => row.map(escapeInline)),
  ];
  return [
    `### ${escapeInline(title)}`,
    rows.map((row) => `| ${row.join(' | ')} |`).join('\n'),
    'Today:',
    codeBlock(before),
    'Proposed:',
    codeBlock(after),
  ];
}

function escapeInline(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|!~&]/g, '\\$&');
}

/** Between marks that are longer than any in the text. */
function codeBlock(text: string, language = ''): string {
  const maxBackticks = Math.max(2, ...[...text.matchAll(/`+/g)].map(([marks]) => marks.length));
  const marks = '`'.repeat(maxBackticks + 1);
  return `${marks}${language}\n${text}\n${marks}`;
}
