import { type Change, type History, type Read, hasTenantVersion } from './history.js';

/** Of milliseconds. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * How stale the reads of each phase were: how long the oldest change that a read does not show had been acknowledged when
 * the read began; 0 where it shows them all.
 */
export function stalenessByPhase(history: History): Map<string, Percentiles> {
  const reads = history.reads.filter(hasTenantVersion);
  const stalenessOf = stalenessCalculator(history.changes);
  const byPhase = Map.groupBy(reads, ({ phase }) => phase);
  return new Map([...byPhase].map(([phase, some]) => [phase, percentilesOf(some.map(stalenessOf))]));
}

/** Sorts the changes once, for any number of reads. */
function stalenessCalculator(changes: readonly Change[]): (read: Read) => number {
  const acknowledged = changes.filter(({ version }) => version !== null);
  const tenants = Map.groupBy(acknowledged, ({ tenant }) => tenant);
  const sorted = new Map([...tenants].map(([tenant, some]) => [tenant, missedVersions(some)]));
  return ({ tenant, version, startedAt }) => {
    const missed = sorted.get(tenant)?.find((each) => each.version > version);
    return missed === undefined ? 0 : Math.max(0, startedAt - missed.since);
  };
}

interface MissedVersion {
  readonly version: number;
  /** When the first of this version and the later ones was acknowledged: answers may overtake each other. */
  readonly since: number;
}

function missedVersions(changes: readonly Change[]): MissedVersion[] {
  const fromNewest = changes.toSorted((a, b) => b.version! - a.version!);
  let since = Infinity;
  const missed = fromNewest.map(({ version, endedAt }) => {
    since = Math.min(since, endedAt);
    return { version: version!, since };
  });
  return missed.toReversed();
}

/** Percentiles are values that occur. */
export function percentilesOf(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
