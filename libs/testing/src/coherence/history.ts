/** A change that somebody asked for. Times are those of one clock, in milliseconds. */
export interface Change {
  readonly tenant: string;
  /** Of this change alone among its tenant's, so that whoever reads it knows which change that was. */
  readonly value: number;
  /** As it was acknowledged; null when no answer came that tells, so that it may have happened or not. */
  readonly version: number | null;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Where nobody knows which replica answered. */
export const loadBalancer = 'balancer';

/** A configuration that was answered. */
export interface Read {
  readonly tenant: string;
  /** One life of one replica, or `balancer`. */
  readonly replica: string;
  readonly version: number;
  readonly value: number;
  /** `Attune-Config-Source`. */
  readonly source: string;
  /** What `Attune-Min-Config-Version` asked for. */
  readonly atLeast: number | null;
  readonly startedAt: number;
  readonly endedAt: number;
  /** What was going on, for whoever sorts reads by it. */
  readonly phase: string;
}

/** What the database holds in the end. */
export interface HistoryEntry {
  readonly version: number;
  readonly value: number;
}

/** What was seen from outside, and the database's own history of each tenant, in the order of versions. */
export interface History {
  readonly changes: readonly Change[];
  readonly reads: readonly Read[];
  readonly entries: ReadonlyMap<string, readonly HistoryEntry[]>;
}

/** Safe defaults stand for no version of the tenant's: they are counted, and prove nothing. */
export function hasTenantVersion({ source }: Read): boolean {
  return source !== 'defaults';
}
