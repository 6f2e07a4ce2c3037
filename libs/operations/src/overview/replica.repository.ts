import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import type { ReplicaEntity, ReplicaReport } from './replica.entity.js';

/** A replica, and how long ago it reported. */
export interface SeenReplica extends Pick<ReplicaEntity, 'id' | 'version' | 'started_at' | 'report'> {
  readonly seen_ms_ago: number;
}

type ReplicaIdentity = Pick<ReplicaEntity, 'id' | 'version' | 'started_at'>;

/** A replica that was killed stays visible for so long. */
const keptFor = '10 minutes';
/** More than a cluster has. */
const maxReplicas = 200;

/** Rows of `replicas`. Each method uses a transaction of its own. */
@Injectable()
export class ReplicaRepository {
  constructor(private readonly database: Database) {}

  /** Stores the report, and deletes replicas that stopped to report long ago. */
  async save({ id, version, started_at: startedAt }: ReplicaIdentity, report: ReplicaReport): Promise<void> {
    const sql = `INSERT INTO replicas (id, version, started_at, seen_at, report) VALUES ($1, $2, $3, now(), $4)
      ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, report = excluded.report`;
    await this.database.asPlatform(allTenants, async () => {
      await this.database.query(sql, [id, version, startedAt, JSON.stringify(report)]);
      await this.database.query(`DELETE FROM replicas WHERE seen_at < now() - interval '${keptFor}'`);
    });
  }

  async delete(id: string): Promise<void> {
    const work = () => this.database.query('DELETE FROM replicas WHERE id = $1', [id]);
    await this.database.asPlatform(allTenants, work);
  }

  /** Those that reported last, in the order of their start. */
  list(): Promise<SeenReplica[]> {
    const sql = `SELECT id, version, started_at, report, (extract(epoch FROM now() - seen_at) * 1000)::float8 AS seen_ms_ago
      FROM (SELECT * FROM replicas ORDER BY seen_at DESC LIMIT ${maxReplicas}) r ORDER BY started_at, id`;
    return this.database.readAsPlatform(allTenants, () => this.database.query<SeenReplica>(sql));
  }
}
