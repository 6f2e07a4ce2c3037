import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { TenantConfigurationHistoryEntity } from '../storage/configuration.entity.js';

/** What is wrong with a history entry, or with the configuration that must match the last entry. */
export type IntegrityViolation = 'gap' | 'link' | 'hash' | 'settings' | 'head';

/** What each violation means. */
export const integrityViolationMessages: Readonly<Record<IntegrityViolation, string>> = {
  gap: 'the entry before it is missing',
  link: 'its link does not match the entry before it',
  hash: 'its contents do not match its hash',
  settings: 'its settings do not match their digest',
  head: "it does not match the tenant's current configuration",
};

export interface BrokenEntry extends Pick<TenantConfigurationHistoryEntity, 'tenant_id' | 'version'> {
  readonly fault: IntegrityViolation;
}

/** The newest entry of a tenant's history. Its hash covers all entries before it. */
export type ChainHead = Pick<TenantConfigurationHistoryEntity, 'tenant_id' | 'version' | 'hash'>;

/** Tenants in the order of the database: those after the first id, up to and including the last. */
export type TenantRange = readonly [behind: string, last: string];

const entryViolationsSql = `
  SELECT h.tenant_id, h.version, CASE
    WHEN h.version > 1 AND b.version IS NULL THEN 'gap'
    WHEN h.previous_hash IS DISTINCT FROM b.hash THEN 'link'
    WHEN h.hash IS DISTINCT FROM attune_history_hash(h) THEN 'hash'
    WHEN h.settings_sha256 <> sha256(convert_to(h.settings::text, 'UTF8')) THEN 'settings'
    WHEN h.settings IS NULL AND c.tenant_id IS NOT NULL THEN 'settings'
  END AS fault
  FROM tenant_configuration_history h
  LEFT JOIN tenant_configuration_history b ON b.tenant_id = h.tenant_id AND b.version = h.version - 1
  LEFT JOIN tenant_configurations c ON c.tenant_id = h.tenant_id
  WHERE h.tenant_id > $1 AND h.tenant_id <= $2`;

/** The configuration of a tenant must match its last entry; the history of a deleted tenant must end with its deletion. */
const headViolationsSql = `
  SELECT coalesce(c.tenant_id, l.tenant_id) AS tenant_id, coalesce(c.version, l.version) AS version, 'head' AS fault
  FROM (SELECT * FROM tenant_configurations WHERE tenant_id > $1 AND tenant_id <= $2) c
  FULL JOIN (
    SELECT DISTINCT ON (tenant_id) tenant_id, version, action, settings_sha256, set_by, override_allowed
    FROM tenant_configuration_history WHERE tenant_id > $1 AND tenant_id <= $2 ORDER BY tenant_id, version DESC) l
    ON l.tenant_id = c.tenant_id
  WHERE CASE WHEN c.tenant_id IS NULL THEN l.action <> 'delete'
    ELSE (l.version, l.settings_sha256, l.set_by, l.override_allowed)
      IS DISTINCT FROM (c.version, sha256(convert_to(c.settings::text, 'UTF8')), c.set_by, c.override_allowed) END`;

function nextTenantsSql(table: string): string {
  return `(SELECT DISTINCT tenant_id FROM ${table} WHERE tenant_id > $1 ORDER BY tenant_id LIMIT $2)`;
}

/** The hash chain of the history as the database stores it; every method runs in the caller's transaction. */
@Injectable()
export class HistoryIntegrityRepository {
  constructor(private readonly database: Database) {}

  /**
   * The last tenant of the next batch: at most `count` tenants with a history or a configuration, and about `entries` history entries.
   * Null when there are no more tenants.
   */
  async findBatchEnd(
    after: string,
    { count, entries }: { count: number; entries: number },
  ): Promise<{ last: string; tenants: number } | null> {
    const sql = `WITH next_tenants AS (
        SELECT tenant_id, coalesce((
          SELECT max(h.version) FROM tenant_configuration_history h WHERE h.tenant_id = n.tenant_id), 0) AS entries
        FROM (${nextTenantsSql('tenant_configuration_history')} UNION ${nextTenantsSql('tenant_configurations')}) n
        ORDER BY tenant_id LIMIT $2),
      counted AS (SELECT tenant_id, sum(entries) OVER (ORDER BY tenant_id) - entries AS entries_before FROM next_tenants)
      SELECT max(tenant_id) AS last, count(*)::int AS tenants FROM counted WHERE entries_before < $3`;
    const values = [after, count, entries];
    const [row] = await this.database.query<{ last: string | null; tenants: number }>(sql, values);
    return row && row.last !== null ? { last: row.last, tenants: row.tenants } : null;
  }

  /** The number of tenants that have or had a configuration. */
  async countTenants(): Promise<number> {
    const sql = 'SELECT count(DISTINCT tenant_id)::int AS tenants FROM tenant_configuration_history';
    return (await this.database.query<{ tenants: number }>(sql))[0]!.tenants;
  }

  /** Checks the entries of these tenants in one statement, so that it sees one state of the database. */
  async verifyRange([after, last]: TenantRange): Promise<{ entries: number; broken: BrokenEntry | null }> {
    const sql = `WITH entry AS MATERIALIZED (${entryViolationsSql}), broken AS (
        SELECT * FROM entry WHERE fault IS NOT NULL UNION ALL ${headViolationsSql}
        ORDER BY tenant_id, version LIMIT 1)
      SELECT (SELECT count(*)::float8 FROM entry) AS entries,
        (SELECT to_jsonb(b) FROM broken b) AS broken`;
    const [row] = await this.database.query<{ entries: number; broken: BrokenEntry | null }>(sql, [
      after,
      last,
    ]);
    return row!;
  }

  findHeads([after, last]: TenantRange): Promise<ChainHead[]> {
    const sql = `SELECT DISTINCT ON (tenant_id) tenant_id, version::float8 AS version, encode(hash, 'hex') AS hash
      FROM tenant_configuration_history WHERE tenant_id > $1 AND tenant_id <= $2 ORDER BY tenant_id, version DESC`;
    return this.database.query<ChainHead>(sql, [after, last]);
  }

  /** The first of these heads that the history does not contain with this hash. */
  async findFirstMissing(heads: readonly ChainHead[]): Promise<ChainHead | null> {
    const sql = `SELECT w.tenant_id, w.version::float8 AS version, w.hash
      FROM jsonb_to_recordset($1::jsonb) AS w (tenant_id text, version bigint, hash text)
      LEFT JOIN tenant_configuration_history h ON h.tenant_id = w.tenant_id AND h.version = w.version
      WHERE h.hash IS DISTINCT FROM decode(w.hash, 'hex') ORDER BY w.tenant_id, w.version LIMIT 1`;
    const [row] = await this.database.query<ChainHead>(sql, [JSON.stringify(heads)]);
    return row ?? null;
  }
}
