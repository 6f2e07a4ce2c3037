import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { IdentityMappingEntity } from './connection.entity.js';

/** A mapping as an admin writes it. */
export type MappingValues = Pick<IdentityMappingEntity, 'claim' | 'value' | 'role' | 'tenant_id'>;

export type Mapping = MappingValues & Pick<IdentityMappingEntity, 'id'>;

const columns = 'id, claim, value, role, tenant_id';

/** The mappings of identity connections; every method runs in the caller's transaction. */
@Injectable()
export class MappingRepository {
  constructor(private readonly database: Database) {}

  /** In the order in which an admin reads them. */
  list(connectionId: string): Promise<Mapping[]> {
    const sql = `SELECT ${columns} FROM identity_mappings WHERE connection_id = $1
      ORDER BY claim NULLS FIRST, value, role, tenant_id NULLS FIRST, id`;
    return this.database.query(sql, [connectionId]);
  }

  async delete(ids: readonly string[]): Promise<void> {
    await this.database.query('DELETE FROM identity_mappings WHERE id = ANY ($1)', [ids]);
  }

  async insert(connectionId: string, mappings: readonly MappingValues[]): Promise<void> {
    const sql = `INSERT INTO identity_mappings (connection_id, claim, value, role, tenant_id)
      SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[])`;
    const column = (name: keyof MappingValues): unknown[] => mappings.map((mapping) => mapping[name]);
    const parameters = [column('claim'), column('value'), column('role'), column('tenant_id')];
    await this.database.query(sql, [connectionId, ...parameters]);
  }
}
