import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { AuditLogEntity } from './audit-log.entity.js';

/** Filters; an entry must match all of them. */
export interface AuditFilter {
  readonly actor: string | undefined;
  readonly tenantId: string | undefined;
  /** `<kind>.<verb>`, or `<kind>.*`. */
  readonly action: string | undefined;
  /** Milliseconds since the epoch; `from` is included, `to` is not. */
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** The position of a page's last entry: its time in microseconds since the epoch, and its id. */
export type AuditPosition = readonly [at: string, id: string];

/** `at_us` is `at` in microseconds since the epoch: the order is finer than a `Date`. */
export type AuditRow = AuditLogEntity & { readonly at_us: string };

const columns = `id::float8 AS id, at, (extract(epoch FROM at) * 1000000)::bigint::text AS at_us, actor, role, address, action, tenant_id,
  target, before, after`;

/** Reads the audit log, which triggers write. Every method runs in the caller's transaction. */
@Injectable()
export class AuditRepository {
  constructor(private readonly database: Database) {}

  /** Newest first, only entries older than `after` if given. */
  list(filter: AuditFilter, limit: number, after: AuditPosition | null): Promise<AuditRow[]> {
    const values: unknown[] = [];
    const conditions = buildConditions(filter, values);
    if (after !== null) conditions.push(positionCondition(after, values));
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const sql = `SELECT ${columns} FROM audit_log ${where} ORDER BY audit_log.at DESC, audit_log.id DESC LIMIT $${values.push(limit)}`;
    return this.database.query<AuditRow>(sql, values);
  }
}

function buildConditions({ actor, tenantId, action, from, to }: AuditFilter, values: unknown[]): string[] {
  return [
    ...(actor === undefined ? [] : [`actor = $${values.push(actor)}`]),
    ...(tenantId === undefined ? [] : [`tenant_id = $${values.push(tenantId)}`]),
    ...(action === undefined ? [] : [actionCondition(action, values)]),
    ...(from === undefined ? [] : [`at >= to_timestamp($${values.push(from)}::float8 / 1000)`]),
    ...(to === undefined ? [] : [`at < to_timestamp($${values.push(to)}::float8 / 1000)`]),
  ];
}

/** All actions of a kind sort between `<kind>.` and `<kind>/`: the slash is the character after the point. */
function actionCondition(action: string, values: unknown[]): string {
  if (!action.endsWith('.*')) return `action = $${values.push(action)}`;
  const kind = action.slice(0, -2);
  return `action > $${values.push(`${kind}.`)} AND action < $${values.push(`${kind}/`)}`;
}

function positionCondition([at, id]: AuditPosition, values: unknown[]): string {
  const time = `timestamptz 'epoch' + $${values.push(at)}::bigint * interval '1 microsecond'`;
  return `(audit_log.at, audit_log.id) < (${time}, $${values.push(id)}::bigint)`;
}
