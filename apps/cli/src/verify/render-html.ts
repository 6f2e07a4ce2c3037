import type { Difference, Report, Section } from './build-report.js';

const style = `body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1c2024}
table{border-collapse:collapse;margin:1rem 0}th,td{border:1px solid #ccd;padding:.3rem .6rem;text-align:left;vertical-align:top}
th{background:#f3f4f6}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f6f7f9;padding:.6rem;margin:0}
.error{color:#a40000}.answers{display:grid;grid-template-columns:1fr 1fr;gap:1rem}`;
/** The page loads nothing and runs no script, whatever texts it contains. */
const contentSecurityPolicy = `default-src 'none'; style-src 'unsafe-inline'`;

const htmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The report as one HTML page. */
export function renderHtml({ title, lines, columnTitles: head, rows, sections }: Report): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<ul>${renderAll(lines, (line) => `<li>${escapeHtml(line)}</li>`)}</ul>
${renderTable(head, rows)}
${renderAll(sections, renderSection)}
</body>
</html>
`;
}

function renderSection({ title, changes, errors, questions }: Section): string {
  return `<section>
<h2>${escapeHtml(title)}</h2>
${changes.length === 0 ? '' : `<pre>${escapeHtml(changes.join('\n'))}</pre>`}
${renderAll(errors, (error) => `<p class="error">${escapeHtml(error)}</p>`)}
${renderAll(questions, renderQuestion)}
</section>
`;
}

function renderQuestion({ title, facts, before, after }: Difference): string {
  return `<h3>${escapeHtml(title)}</h3>
${renderTable(['', 'today', 'proposed'], facts)}
<div class="answers"><pre>${escapeHtml(before)}</pre><pre>${escapeHtml(after)}</pre></div>
`;
}

function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const titles = renderAll(head, (cell) => `<th>${escapeHtml(cell)}</th>`);
  const body = renderAll(
    rows,
    (row) => `<tr>${renderAll(row, (cell) => `<td>${escapeHtml(cell)}</td>`)}</tr>`,
  );
  return `<table><thead><tr>${titles}</tr></thead><tbody>${body}</tbody></table>`;
}

function renderAll<Item>(items: readonly Item[], render: (item: Item) => string): string {
  return items.map(render).join('');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => htmlEntities[character]!);
}
