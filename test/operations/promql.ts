import { parser } from '@prometheus-io/lezer-promql';

/** What an expression reads: a metric, with the labels that it selects by. */
export interface Selector {
  readonly metric: string;
  readonly labels: readonly string[];
}

/** Everything that an expression reads. @throws Error when the expression is not PromQL */
export function selectorsIn(expression: string): Selector[] {
  const selectors: { metric: string; labels: string[] }[] = [];
  parser.parse(expression).iterate({
    enter: ({ name, from, to, node }) => {
      const text = expression.slice(from, to);
      if (node.type.isError)
        throw new Error(`not PromQL at "${expression.slice(from, from + 20)}": ${expression}`);
      if (name === 'VectorSelector') selectors.push({ metric: '', labels: [] });
      if (name === 'Identifier') selectors.at(-1)!.metric = text;
      if (name === 'LabelName' && node.parent?.name === 'UnquotedLabelMatcher')
        selectors.at(-1)!.labels.push(text);
    },
  });
  return selectors;
}

/** What a scrape has: each name of a sample with all labels of its series; no labels for a metric without series. */
export function parseScrape(scrape: string): Map<string, Set<string>> {
  const lines = scrape.split('\n');
  const found = new Map(lines.flatMap(declaredNames).map((name) => [name, new Set<string>()]));
  for (const [name, labels] of lines.flatMap(readSample))
    for (const label of labels) found.get(name)?.add(label);
  return found;
}

function declaredNames(line: string): string[] {
  const match = /^# TYPE (\S+) (\S+)/.exec(line);
  if (match === null) return [];
  const [, name, type] = match;
  return type === 'histogram' ? ['bucket', 'sum', 'count'].map((suffix) => `${name}_${suffix}`) : [name!];
}

function readSample(line: string): [string, string[]][] {
  const match = /^([a-z_:][\w:]*)(?:\{(.*)\})? /.exec(line);
  if (match === null) return [];
  return [[match[1]!, [...(match[2] ?? '').matchAll(/(\w+)="/g)].map(([, label]) => label!)]];
}
