import type { Schema } from '../api/operations.js';
import type { Readiness } from './use-readiness.js';
import { texts } from './replicas.texts.js';

export type Replica = Schema<'ReplicaResponse'>;

/** Where a replica is on the line, in percent: 100 is the newest change; each step back is ten times as many changes behind. */
export function positionOf({ behind_by: behind }: Pick<Replica, 'behind_by'>): number {
  if (behind === null) return 0;
  return Math.max(0, 100 - 25 * Math.log10(1 + behind));
}

/** True if the replica may not know what it should: no Redis, no Postgres, or no report. */
export function isInDoubt({ bus, source, state }: Pick<Replica, 'bus' | 'source' | 'state'>): boolean {
  return bus === 'degraded' || source !== 'live' || state === 'lost';
}

/** A dependency that replicas cannot reach, and what to do, in the words of the runbook. */
export interface Outage {
  readonly title: string;
  readonly text: string;
}

/** The outages that the replicas report, the worse one first. */
export function outagesOf(replicas: readonly Replica[]): readonly Outage[] {
  const running = replicas.filter(({ state }) => state !== 'lost');
  const withoutPostgres = running.filter(({ source }) => source !== 'live').length;
  const withoutRedis = running.filter(({ bus }) => bus === 'degraded').length;
  return [
    ...(withoutPostgres > 0 ? [postgresAway(withoutPostgres, running.length)] : []),
    ...(withoutRedis > 0 ? [redisAway(withoutRedis, running.length)] : []),
  ];
}

/** The outages that the replica that answers sees itself, which it tells also while Postgres is down. */
export function outagesOfChecks(checks: NonNullable<Readiness['checks']>): readonly Outage[] {
  const isDown = (name: string): boolean => checks[name]?.status === 'degraded';
  return [...(isDown('database') ? [postgresAway(1, 1)] : []), ...(isDown('redis') ? [redisAway(1, 1)] : [])];
}

function postgresAway(count: number, all: number): Outage {
  return {
    title: texts.outage.postgres(count, all),
    text: texts.outage.postgresAbout + texts.outage.whereToLook(count, all, 'Postgres'),
  };
}

function redisAway(count: number, all: number): Outage {
  return {
    title: texts.outage.redis(count, all),
    text: texts.outage.redisAbout + texts.outage.whereToLook(count, all, 'Redis'),
  };
}

/** A replica's link to Redis in words. `connected` of a replica without a Redis is its bus within the process. */
export function redisText(
  bus: Replica['bus'],
  { isConfigured, count }: { readonly isConfigured: boolean; readonly count: number },
): string {
  if (isConfigured || bus === 'degraded') return bus;
  return count === 1 ? texts.redisOfOne : texts.noRedis;
}
