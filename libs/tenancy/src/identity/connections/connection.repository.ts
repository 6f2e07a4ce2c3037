import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { IdentityConnectionEntity } from './connection.entity.js';

/** A connection without its secret. */
export type Connection = Omit<
  IdentityConnectionEntity,
  'client_secret' | 'credential_version' | 'updated_at'
>;

/** What a connection is made of, or replaced by. */
export type ConnectionValues = Omit<Connection, 'has_client_secret' | 'created_at'> & {
  /** Set where the secret is not stored; else the stored secret says it. */
  readonly has_client_secret?: boolean;
  /** Sealed. null: none; undefined: the stored one stays. */
  readonly client_secret?: Buffer | null | undefined;
};

const columns = `id, tenant_id, label, issuer, client_id, has_client_secret, scopes, claim, is_enabled, is_from_environment, created_at`;

/** Identity connections; every method runs in the caller's transaction. */
@Injectable()
export class ConnectionRepository {
  constructor(private readonly database: Database) {}

  /** All connections, that of the environment first, then the oldest. There are few. */
  list(): Promise<Connection[]> {
    const sql = `SELECT ${columns} FROM identity_connections ORDER BY is_from_environment DESC, created_at, id`;
    return this.database.query(sql);
  }

  async find(id: string): Promise<Connection | null> {
    const sql = `SELECT ${columns} FROM identity_connections WHERE id = $1`;
    return (await this.database.query<Connection>(sql, [id]))[0] ?? null;
  }

  /** As `find`; nobody else changes the connection or its mappings before the transaction ends. */
  async lock(id: string): Promise<Connection | null> {
    const sql = `SELECT ${columns} FROM identity_connections WHERE id = $1 FOR UPDATE`;
    return (await this.database.query<Connection>(sql, [id]))[0] ?? null;
  }

  /** The sealed secret of the client. Only for the role of the sign-in. */
  async findClientSecret(id: string): Promise<Buffer | null> {
    const sql = 'SELECT client_secret FROM identity_connections WHERE id = $1';
    const [row] = await this.database.query<{ client_secret: Buffer | null }>(sql, [id]);
    return row?.client_secret ?? null;
  }

  /** Null when there is a connection of this id. */
  async insert(values: ConnectionValues): Promise<Connection | null> {
    const sql = `INSERT INTO identity_connections
        (id, tenant_id, label, issuer, client_id, scopes, claim, is_enabled, is_from_environment, client_secret, has_client_secret)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
      ON CONFLICT DO NOTHING RETURNING ${columns}`;
    const secret = values.client_secret ?? null;
    const parameters = [
      ...parametersOf(values),
      values.is_from_environment,
      secret,
      values.has_client_secret ?? secret !== null,
    ];
    return (await this.database.query<Connection>(sql, parameters))[0] ?? null;
  }

  /** The tenant of a connection stays. */
  async update(values: ConnectionValues): Promise<Connection> {
    const { client_secret: secret, has_client_secret: hasSecret } = values;
    const sql = `UPDATE identity_connections SET label = $3, issuer = $4, client_id = $5, scopes = $6, claim = $7, is_enabled = $8,
        updated_at = now()${secret === undefined ? '' : ', client_secret = $9, has_client_secret = $10'}
      WHERE id = $1 AND tenant_id IS NOT DISTINCT FROM $2 RETURNING ${columns}`;
    const parameters = [
      ...parametersOf(values),
      ...(secret === undefined ? [] : [secret, hasSecret ?? secret !== null]),
    ];
    return (await this.database.query<Connection>(sql, parameters))[0]!;
  }

  async delete(id: string): Promise<void> {
    await this.database.query('DELETE FROM identity_connections WHERE id = $1', [id]);
  }

  /** The connection of the environment, locked; null when there never was one. */
  async findOfEnvironment(): Promise<Connection | null> {
    const sql = `SELECT ${columns} FROM identity_connections WHERE is_from_environment FOR UPDATE`;
    return (await this.database.query<Connection>(sql))[0] ?? null;
  }

  /** The ids among these that no tenant has. */
  async findUnknownTenants(ids: readonly string[]): Promise<string[]> {
    const sql = `SELECT id FROM unnest($1::text[]) AS id WHERE NOT EXISTS (SELECT FROM tenants t WHERE t.tenant_id = id) ORDER BY 1`;
    return (await this.database.query<{ id: string }>(sql, [ids])).map(({ id }) => id);
  }
}

function parametersOf(values: ConnectionValues): unknown[] {
  const { id, tenant_id: tenantId, label, issuer, client_id: clientId, scopes, claim } = values;
  return [id, tenantId, label, issuer, clientId, scopes, claim, values.is_enabled];
}
