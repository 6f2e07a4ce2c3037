import type { FieldError, Problem } from '../api/problem.js';
import { formatMs, formatUsd } from '../numbers/format.js';
import { texts } from './states.texts.js';

interface Attempt {
  readonly model: string;
  readonly ms: number;
  readonly outcome: string;
}

interface GateFailure {
  readonly question: string;
  readonly missing_sources: readonly string[];
  readonly missing_phrases: readonly string[];
}

/** The faults of a problem that its detail does not name already. */
export function faultsOf({ detail, errors = [] }: Problem): readonly FieldError[] {
  return errors.filter(({ message }) => message !== detail);
}

/** What the members of a problem say beyond its detail and its faults, a sentence each. */
export function factsOf(problem: Problem): readonly string[] {
  const { fields = [], current_version: version, changed_fields: changed = [] } = problem;
  return [
    ...(fields.length > 0 ? [texts.facts.fields(fields)] : []),
    ...(version === undefined ? [] : [texts.facts.version(version)]),
    ...(changed.length > 0 ? [texts.facts.changed(changed)] : []),
    ...limitsOf(problem),
    ...rolloutsOf(listOf<string>(problem['rollouts'])),
    ...listOf<Attempt>(problem['attempts']).map(attemptText),
    ...listOf<GateFailure>(problem['failures']).map(failureText),
  ];
}

const usd = (value: unknown): string => formatUsd(Number(value));

function limitsOf({ budget_usd: budget, spent_usd: spent, reserved_usd: reserved, ...more }: Problem) {
  const { limit, remaining } = more;
  return [
    ...(budget === undefined ? [] : [texts.facts.budget(usd(budget), usd(spent), usd(reserved))]),
    ...(remaining === undefined ? [] : [texts.facts.left(String(remaining), String(limit))]),
  ];
}

function rolloutsOf(ids: readonly string[]): readonly string[] {
  return ids.length === 0 ? [] : [texts.facts.rollouts(ids)];
}

function listOf<T>(value: unknown): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [];
}

function attemptText({ model, ms, outcome }: Attempt): string {
  return texts.facts.attempt(model, outcome.replaceAll('_', ' '), formatMs(ms));
}

function failureText({ question, missing_sources: sources, missing_phrases: phrases }: GateFailure): string {
  const missing = [...sources, ...phrases.map((phrase) => `“${phrase}”`)];
  return texts.facts.failure(question, missing);
}
