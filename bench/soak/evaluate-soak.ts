import {
  type FailureCount,
  type History,
  type Violation,
  checkHistory,
  phaseSeparator,
  stalenessByPhase,
} from '#testing';
import type { FaultScenario } from './fault-scenarios.js';

/** While Redis is down, a change is visible everywhere within this time (specification §7.2). */
const maxStaleMs = 5_000;

/** What a soak has seen. */
export interface SoakResult {
  readonly history: History;
  readonly failures: readonly FailureCount[];
  readonly settledAt: number;
  readonly faults: readonly FaultScenario[];
}

interface StalenessLine {
  readonly phase: string;
  readonly text: string;
  readonly isTooStale: boolean;
}

/** Prints the results; true if every promise was kept. */
export function evaluateSoak({ history, failures, settledAt, faults }: SoakResult): boolean {
  const kindsOf = (phase: string): FaultScenario['kind'][] => faultKindsOf(phase, faults);
  const violations = checkHistory(history, settledAt);
  const staleness = stalenessLines(history, kindsOf);
  const unexpected = failures.filter((failure) => !isExpected(failure, kindsOf(failure.phase)));
  printSources(history);
  print(
    'Staleness of reads by fault (ms)',
    staleness.map(({ text }) => text),
  );
  print(
    'Failed requests',
    failures.map((failure) => formatFailure(failure)),
  );
  print('Broken promises', violationLines(violations));
  print(
    'Failures that no fault explains',
    unexpected.map((failure) => formatFailure(failure)),
  );
  const tooStale = staleness.filter(({ isTooStale }) => isTooStale);
  print(
    `Staler than ${maxStaleMs} ms while Postgres was up`,
    tooStale.map(({ phase }) => phase),
  );
  return violations.length + unexpected.length + tooStale.length === 0;
}

function stalenessLines(
  history: History,
  kindsOf: (phase: string) => FaultScenario['kind'][],
): StalenessLine[] {
  return [...stalenessByPhase(history)].map(([phase, { count, p50, p99, max }]) => {
    const [median, high, highest] = [p50, p99, max].map((ms) => ms.toFixed(0).padStart(6));
    const text = `${phase.padEnd(52)} reads ${String(count).padStart(7)}   p50 ${median}   p99 ${high}   max ${highest}`;
    return { phase, text, isTooStale: max > maxStaleMs && !kindsOf(phase).includes('postgres') };
  });
}

/**
 * Reads must always succeed, if necessary from memory. A read with a minimum version may fail while Postgres is down, a
 * change also while its replica fails; concurrent changes of one tenant may be refused.
 */
function isExpected({ what, how }: FailureCount, kinds: readonly FaultScenario['kind'][]): boolean {
  if (what.endsWith('by version')) return kinds.includes('postgres') && how.startsWith('503');
  if (what !== 'change') return false;
  return how.startsWith('409') || kinds.some((kind) => kind !== 'redis');
}

/** The kinds of the one or two faults during the request. */
function faultKindsOf(phase: string, faults: readonly FaultScenario[]): FaultScenario['kind'][] {
  return faults.filter(({ name }) => phase.split(phaseSeparator).includes(name)).map(({ kind }) => kind);
}

function violationLines(violations: readonly Violation[]): string[] {
  const byRule = Map.groupBy(violations, ({ rule }) => rule);
  return [...byRule].flatMap(([rule, some]) => [
    `${rule}: ${some.length}`,
    ...some.slice(0, 5).map(({ tenant, detail }) => `  ${tenant}: ${detail}`),
  ]);
}

function printSources({ reads, changes, entries }: History): void {
  const bySource = Map.groupBy(reads, ({ source }) => source);
  const sources = [...bySource].map(([source, some]) => `${some.length} ${source}`).join(', ');
  const acknowledged = changes.filter(({ version }) => version !== null).length;
  const versions = [...entries.values()].reduce((sum, some) => sum + some.length - 1, 0);
  console.log(`\nReads: ${reads.length} (${sources})`);
  console.log(
    `Changes: ${acknowledged} acknowledged, ${changes.length - acknowledged} of unknown outcome, ${versions} in the database`,
  );
}

function print(title: string, lines: readonly string[]): void {
  console.log(`\n${title}: ${lines.length === 0 ? 'none' : ''}`);
  for (const line of lines) console.log(`  ${line}`);
}

function formatFailure({ what, phase, how, count }: FailureCount): string {
  return `${String(count).padStart(6)} × ${what}: ${how} (${phase})`;
}
