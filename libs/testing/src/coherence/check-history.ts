import { type Change, type Entry, type History, type Read, balancer, isOfVersion } from './history.js';

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

interface OfTenant {
  readonly tenant: string;
  readonly changes: readonly Change[];
  readonly reads: readonly Read[];
  readonly entries: readonly Entry[];
}

type Rule = (history: OfTenant) => Violation[];

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
  const rules: Rule[] = [lostChanges, inventedChanges, versionGaps, wrongValues, goingBack, belowMinimum];
  rules.push((of) => notCaughtUp(of, settledAt));
  return byTenant(history).flatMap((of) => rules.flatMap((rule) => rule(of)));
}

function byTenant({ changes, reads, entries }: History): OfTenant[] {
  const changesOf = Map.groupBy(changes, ({ tenant }) => tenant);
  const readsOf = Map.groupBy(reads.filter(isOfVersion), ({ tenant }) => tenant);
  const tenants = new Set([...changesOf.keys(), ...readsOf.keys(), ...entries.keys()]);
  return [...tenants].map((tenant) => ({
    tenant,
    changes: changesOf.get(tenant) ?? [],
    reads: readsOf.get(tenant) ?? [],
    entries: entries.get(tenant) ?? [],
  }));
}

function lostChanges({ tenant, changes, entries }: OfTenant): Violation[] {
  const values = valuesOf(entries);
  return changes
    .filter(({ version, value }) => version !== null && values.get(version) !== value)
    .map(({ version, value }) =>
      violation('lost-change', tenant, `${value} was acknowledged as version ${version}`),
    );
}

function inventedChanges({ tenant, changes, entries }: OfTenant): Violation[] {
  const asked = new Map<number, number>();
  for (const { value } of changes) asked.set(value, (asked.get(value) ?? 0) + 1);
  const isUnasked = ({ version, value }: Entry): boolean => {
    if (version === 1) return false;
    const left = asked.get(value) ?? 0;
    asked.set(value, left - 1);
    return left <= 0;
  };
  return entries
    .filter(isUnasked)
    .map(({ version, value }) =>
      violation('invented-change', tenant, `version ${version} is ${value}, which was not asked for (again)`),
    );
}

function versionGaps({ tenant, entries }: OfTenant): Violation[] {
  const gap = entries.findIndex(({ version }, index) => version !== index + 1);
  if (gap < 0) return [];
  return [
    violation('version-gap', tenant, `version ${entries[gap]!.version} stands where ${gap + 1} should`),
  ];
}

function wrongValues({ tenant, reads, entries }: OfTenant): Violation[] {
  const values = valuesOf(entries);
  return reads
    .filter(({ version, value }) => values.get(version) !== value)
    .map((read) => violation('wrong-value', tenant, `${told(read)} showed ${read.value}`));
}

function goingBack({ tenant, reads }: OfTenant): Violation[] {
  const ofReplica = Map.groupBy(reads, ({ replica }) => replica);
  ofReplica.delete(balancer);
  return [...ofReplica.values()].flatMap((some) =>
    behindTheirPast(some).map(([read, seen]) =>
      violation('went-back', tenant, `${told(read)} came after ${seen} had been read`),
    ),
  );
}

/** Those reads that show less than one that had ended before they began, with what that one showed. */
function behindTheirPast(reads: readonly Read[]): [Read, number][] {
  const byEnd = reads.toSorted((a, b) => a.endedAt - b.endedAt);
  let [ended, highest] = [0, 0];
  const found: [Read, number][] = [];
  for (const read of reads.toSorted((a, b) => a.startedAt - b.startedAt)) {
    for (; byEnd[ended]!.endedAt < read.startedAt; ended += 1)
      highest = Math.max(highest, byEnd[ended]!.version);
    if (read.version < highest) found.push([read, highest]);
  }
  return found;
}

function belowMinimum({ tenant, reads }: OfTenant): Violation[] {
  return reads
    .filter(({ version, atLeast }) => atLeast !== null && version < atLeast)
    .map((read) => violation('below-minimum', tenant, `${told(read)} had asked for ${read.atLeast}`));
}

function notCaughtUp({ tenant, reads, entries }: OfTenant, settledAt: number): Violation[] {
  const newest = entries.at(-1)?.version ?? 0;
  return reads
    .filter(({ startedAt, version }) => startedAt >= settledAt && version < newest)
    .map((read) => violation('not-caught-up', tenant, `${told(read)} while the newest is ${newest}`));
}

function valuesOf(entries: readonly Entry[]): Map<number, number> {
  return new Map(entries.map(({ version, value }) => [version, value]));
}

function told({ version, replica, source, phase }: Read): string {
  return `a read of version ${version} (${source}) at ${replica} in phase “${phase}”`;
}

function violation(rule: Violation['rule'], tenant: string, detail: string): Violation {
  return { rule, tenant, detail };
}
