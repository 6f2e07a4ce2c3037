import type { Difference, Report, Section } from './report.js';

const style = `body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1c2024}
table{border-collapse:collapse;margin:1rem 0}th,td{border:1px solid #ccd;padding:.3rem .6rem;text-align:left;vertical-align:top}
th{background:#f3f4f6}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f6f7f9;padding:.6rem;margin:0}
.error{color:#a40000}.answers{display:grid;grid-template-columns:1fr 1fr;gap:1rem}`;
/** The page needs nothing from anywhere and runs nothing, whatever the texts in it say. */
const policy = `default-src 'none'; style-src 'unsafe-inline'`;

const named: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The report as one HTML page. */
export function htmlOf({ title, lines, head, rows, sections }: Report): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<ul>${all(lines, (line) => `<li>${escaped(line)}</li>`)}</ul>
${tableOf(head, rows)}
${all(sections, sectionOf)}
</body>
</html>
`;
}

function sectionOf({ title, changes, errors, questions }: Section): string {
  return `<section>
<h2>${escaped(title)}</h2>
${changes.length === 0 ? '' : `<pre>${escaped(changes.join('\n'))}</pre>`}
${all(errors, (error) => `<p class="error">${escaped(error)}</p>`)}
${all(questions, questionOf)}
</section>
`;
}

function questionOf({ title, facts, before, after }: Difference): string {
  return `<h3>${escaped(title)}</h3>
${tableOf(['', 'today', 'proposed'], facts)}
<div class="answers"><pre>${escaped(before)}</pre><pre>${escaped(after)}</pre></div>
`;
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const titles = all(head, (cell) => `<th>${escaped(cell)}</th>`);
  const body = all(rows, (row) => `<tr>${all(row, (cell) => `<td>${escaped(cell)}</td>`)}</tr>`);
  return `<table><thead><tr>${titles}</tr></thead><tbody>${body}</tbody></table>`;
}

function all<Item>(items: readonly Item[], shown: (item: Item) => string): string {
  return items.map(shown).join('');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => named[character]!);
}
