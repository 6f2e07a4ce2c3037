import type { Exemplar, MetricFamily, Sample } from './metric-family.js';

/** How metrics are written: the text format that every tool reads, or OpenMetrics, which also has exemplars. */
export type ExpositionFormat = 'text' | 'openmetrics';

/** The content type of each format. */
export const contentTypes: Readonly<Record<ExpositionFormat, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** OpenMetrics only for those who ask for it. */
export function formatFor(accept: string | undefined): ExpositionFormat {
  return accept?.includes('application/openmetrics-text') === true ? 'openmetrics' : 'text';
}

export function formatFamilies(families: readonly MetricFamily[], format: ExpositionFormat): string {
  const blocks = families.map((family) => formatFamily(family, format));
  return format === 'text' ? `${blocks.join('\n\n')}\n` : `${blocks.join('\n')}\n# EOF\n`;
}

function formatFamily({ name, help, type, samples }: MetricFamily, format: ExpositionFormat): string {
  // In OpenMetrics the family of a counter has no suffix, and its samples have.
  const family = format === 'openmetrics' && type === 'counter' ? name.replace(/_total$/, '') : name;
  const head = [`# HELP ${family} ${escapeText(help)}`, `# TYPE ${family} ${type}`];
  return [...head, ...samples.map((sample) => formatSample(name, sample, format))].join('\n');
}

function formatSample(family: string, { name, labels, value, exemplar }: Sample, format: ExpositionFormat) {
  const line = `${name ?? family}${formatLabels(labels)} ${formatNumber(value)}`;
  return exemplar === null || format === 'text' ? line : `${line} ${formatExemplar(exemplar)}`;
}

function formatLabels(labels: Sample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(String(value))}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function formatExemplar({ traceId, value, at }: Exemplar): string {
  return `# {trace_id="${traceId}"} ${formatNumber(value)} ${at}`;
}

function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}

function escapeText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeText(text).replaceAll('"', '\\"');
}
