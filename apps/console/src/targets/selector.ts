import type { Schema } from '../api/operations.js';
import { words } from '../words/words.texts.js';
import { texts } from './targets.texts.js';

type Selector = Schema<'SelectorRequest'>;

/** A selector as the form holds it: each field as its text. */
export interface SelectorText {
  readonly all: boolean;
  readonly plans: readonly string[];
  readonly labels: string;
  readonly ids: string;
  readonly exclude: string;
  /** `setting=value`, separated by commas; values are JSON where they are. */
  readonly where: string;
}

const listOf = (text: string): string[] =>
  text
    .split(/[\s,]+/)
    .map((part) => part.trim())
    .filter(Boolean);

/** The form's texts for a selector, such as one of the URL. */
export function toSelectorText({
  all,
  plans,
  labels,
  tenant_ids: ids,
  exclude,
  where,
}: Selector): SelectorText {
  return {
    all: all === true,
    plans: plans ?? [],
    labels: pairsText(labels ?? {}, ':'),
    ids: (ids ?? []).join(' '),
    exclude: (exclude ?? []).join(' '),
    where: pairsText(where ?? {}, '='),
  };
}

function pairsText(pairs: Readonly<Record<string, unknown>>, separator: string): string {
  return Object.entries(pairs)
    .flatMap(([name, value]) => [value].flat().map((each) => `${name}${separator}${String(each)}`))
    .join(', ');
}

const isEmpty = (part: object): boolean => Object.keys(part).length === 0;
/** The parts that hold something. */
const filledOf = (parts: Selector): Selector =>
  Object.fromEntries(Object.entries(parts).filter(([, part]) => !isEmpty(part as object)));

/** The selector of the form; null if it selects nothing or a text cannot be read. */
export function toSelector({ all, plans, labels, ids, exclude, where }: SelectorText): Selector | null {
  const [labelValues, whereValues] = [parsePairs(labels, ':'), parsePairs(where, '=')];
  if (labelValues === null || whereValues === null) return null;
  const parts = filledOf({
    plans: [...plans],
    labels: labelValues,
    tenant_ids: listOf(ids),
    where: whereValues,
  });
  if (isEmpty(parts) && !all) return null;
  return { ...(isEmpty(parts) && { all: true }), ...parts, ...filledOf({ exclude: listOf(exclude) }) };
}

/** Reads `model_name=gpt-4, temperature=0.2`; several values of one name become a list. Null if a part has no separator. */
export function parsePairs(text: string, separator: ':' | '='): Record<string, unknown> | null {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  const pairs = parts.map((part) => [part.indexOf(separator), part] as const);
  if (pairs.some(([at]) => at < 1)) return null;
  const values = new Map<string, unknown[]>();
  for (const [at, part] of pairs) {
    const [name, value] = [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    values.set(name, [...(values.get(name) ?? []), separator === '=' ? toValue(value) : value]);
  }
  return Object.fromEntries([...values].map(([name, list]) => [name, list.length === 1 ? list[0] : list]));
}

function toValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** A selector as one line: "plan pro, label region:eu". */
export function selectorText(selector: Selector): string {
  const { plans, labels, ids, where, exclude } = toSelectorText(selector);
  const parts: readonly (readonly [string, (text: string) => string])[] = [
    [words.anyOf(plans), texts.line.plans],
    [labels, texts.line.labels],
    [idsText(selector.tenant_ids ?? [], ids), (text) => text],
    [where, texts.line.where],
    [exclude, texts.line.except],
  ];
  const narrowed = parts.filter(([text]) => text !== '').map(([text, say]) => say(text));
  return [...(selector.all === true ? [texts.line.all] : []), ...narrowed].join(', ');
}

const idsText = (list: readonly string[], text: string): string =>
  list.length > 3 ? texts.line.ids(list.length) : text;
