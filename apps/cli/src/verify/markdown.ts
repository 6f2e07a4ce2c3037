import type { Difference, Report, Section } from './report.js';

/** The report as Markdown. Questions and answers are strangers' texts: nothing in them becomes markup. */
export function markdownOf({ title, lines, head, rows, sections }: Report): string {
  const table = [head, head.map(() => '---'), ...rows.map((row) => row.map(inline))];
  return [
    `# ${inline(title)}`,
    lines.map((line) => `- ${inline(line)}`).join('\n'),
    table.map((row) => `| ${row.join(' | ')} |`).join('\n'),
    ...sections.flatMap(sectionLines),
    '',
  ].join('\n\n');
}

function sectionLines({ title, changes, errors, questions }: Section): string[] {
  return [
    `## ${inline(title)}`,
    ...(changes.length === 0 ? [] : [fenced(changes.join('\n'), 'diff')]),
    ...(errors.length === 0 ? [] : [errors.map((error) => `- Error: ${inline(error)}`).join('\n')]),
    ...questions.flatMap(questionLines),
  ];
}

function questionLines({ title, facts, before, after }: Difference): string[] {
  const rows = [['', 'today', 'proposed'], ['---', '---', '---'], ...facts.map((row) => row.map(inline))];
  return [
    `### ${inline(title)}`,
    rows.map((row) => `| ${row.join(' | ')} |`).join('\n'),
    'Today:',
    fenced(before),
    'Proposed:',
    fenced(after),
  ];
}

function inline(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|!~&]/g, '\\$&');
}

/** Between marks that are longer than any in the text. */
function fenced(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([marks]) => marks.length));
  const marks = '`'.repeat(longest + 1);
  return `${marks}${language}\n${text}\n${marks}`;
}
