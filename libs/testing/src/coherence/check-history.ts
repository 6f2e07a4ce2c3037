import {
  type Change,
  type HistoryEntry,
  type History,
  type Read,
  loadBalancer,
  hasTenantVersion,
} from './history.js';

/** A promise of the cache that a read or a change broke. */
export interface Violation {
  readonly rule:
    | 'lost-change'
    | 'invented-change'
    | 'version-gap'
    | 'wrong-value'
    | 'went-back'
    | 'below-minimum'
    | 'not-caught-up';
  readonly tenant: string;
  readonly detail: string;
}

interface TenantHistory {
  readonly tenant: string;
  readonly changes: readonly Change[];
  readonly reads: readonly Read[];
  readonly entries: readonly HistoryEntry[];
}

type Rule = (history: TenantHistory) => Violation[];

/**
 * Everything in which a history breaks what the product promises:
 *
 * - no acknowledged change is lost, none happens twice or of itself, and versions are counted without a gap;
 * - what is read under a version is that version's;
 * - a read never shows less than one that had ended before it began, in the same life of the same replica;
 * - a read that asks for a version gets that or a later one;
 * - a read that begins at `settledAt` or later shows the newest version.
 */
export function checkHistory(history: History, settledAt = Infinity): Violation[] {
  const rules: Rule[] = [
    lostChanges,
    inventedChanges,
    versionGaps,
    wrongValues,
    readsGoingBack,
    belowMinimum,
  ];
  rules.push((tenantHistory) => notCaughtUp(tenantHistory, settledAt));
  return byTenant(history).flatMap((tenantHistory) => rules.flatMap((rule) => rule(tenantHistory)));
}

function byTenant({ changes, reads, entries }: History): TenantHistory[] {
  const changesOf = Map.groupBy(changes, ({ tenant }) => tenant);
  const readsOf = Map.groupBy(reads.filter(hasTenantVersion), ({ tenant }) => tenant);
  const tenants = new Set([...changesOf.keys(), ...readsOf.keys(), ...entries.keys()]);
  return [...tenants].map((tenant) => ({
    tenant,
    changes: changesOf.get(tenant) ?? [],
    reads: readsOf.get(tenant) ?? [],
    entries: entries.get(tenant) ?? [],
  }));
}

function lostChanges({ tenant, changes, entries }: TenantHistory): Violation[] {
  const values = valuesOf(entries);
  return changes
    .filter(({ version, value }) => version !== null && values.get(version) !== value)
    .map(({ version, value }) =>
      toViolation('lost-change', tenant, `${value} was acknowledged as version ${version}`),
    );
}

function inventedChanges({ tenant, changes, entries }: TenantHistory): Violation[] {
  const requested = new Map<number, number>();
  for (const { value } of changes) requested.set(value, (requested.get(value) ?? 0) + 1);
  const isUnrequested = ({ version, value }: HistoryEntry): boolean => {
    if (version === 1) return false;
    const left = requested.get(value) ?? 0;
    requested.set(value, left - 1);
    return left <= 0;
  };
  return entries
    .filter(isUnrequested)
    .map(({ version, value }) =>
      toViolation(
        'invented-change',
        tenant,
        `version ${version} is ${value}, which was not asked for (again)`,
      ),
    );
}

function versionGaps({ tenant, entries }: TenantHistory): Violation[] {
  const gap = entries.findIndex(({ version }, index) => version !== index + 1);
  if (gap < 0) return [];
  return [
    toViolation('version-gap', tenant, `version ${entries[gap]!.version} stands where ${gap + 1} should`),
  ];
}

function wrongValues({ tenant, reads, entries }: TenantHistory): Violation[] {
  const values = valuesOf(entries);
  return reads
    .filter(({ version, value }) => values.get(version) !== value)
    .map((read) => toViolation('wrong-value', tenant, `${describeRead(read)} showed ${read.value}`));
}

function readsGoingBack({ tenant, reads }: TenantHistory): Violation[] {
  const ofReplica = Map.groupBy(reads, ({ replica }) => replica);
  ofReplica.delete(loadBalancer);
  return [...ofReplica.values()].flatMap((replicaReads) =>
    staleReadsOf(replicaReads).map(([read, newestVersion]) =>
      toViolation('went-back', tenant, `${describeRead(read)} came after ${newestVersion} had been read`),
    ),
  );
}

/** Those reads that show less than one that had ended before they began, with what that one showed. */
function staleReadsOf(reads: readonly Read[]): [Read, number][] {
  const byEnd = reads.toSorted((a, b) => a.endedAt - b.endedAt);
  let [ended, highest] = [0, 0];
  const staleReads: [Read, number][] = [];
  for (const read of reads.toSorted((a, b) => a.startedAt - b.startedAt)) {
    for (; byEnd[ended]!.endedAt < read.startedAt; ended += 1)
      highest = Math.max(highest, byEnd[ended]!.version);
    if (read.version < highest) staleReads.push([read, highest]);
  }
  return staleReads;
}

function belowMinimum({ tenant, reads }: TenantHistory): Violation[] {
  return reads
    .filter(({ version, atLeast }) => atLeast !== null && version < atLeast)
    .map((read) =>
      toViolation('below-minimum', tenant, `${describeRead(read)} had asked for ${read.atLeast}`),
    );
}

function notCaughtUp({ tenant, reads, entries }: TenantHistory, settledAt: number): Violation[] {
  const newest = entries.at(-1)?.version ?? 0;
  return reads
    .filter(({ startedAt, version }) => startedAt >= settledAt && version < newest)
    .map((read) =>
      toViolation('not-caught-up', tenant, `${describeRead(read)} while the newest is ${newest}`),
    );
}

function valuesOf(entries: readonly HistoryEntry[]): Map<number, number> {
  return new Map(entries.map(({ version, value }) => [version, value]));
}

function describeRead({ version, replica, source, phase }: Read): string {
  return `a read of version ${version} (${source}) at ${replica} in phase “${phase}”`;
}

function toViolation(rule: Violation['rule'], tenant: string, detail: string): Violation {
  return { rule, tenant, detail };
}
