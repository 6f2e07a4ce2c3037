import { Injectable } from '@nestjs/common';
import { Database, sqlStateOf } from '#database';
import { ConflictError } from '#kernel';
import type { DomainSecretEntity } from './domain-secret.entity.js';

interface DomainOwnerRow {
  readonly owner: string | null;
}

/** Verified domains as rows; every method runs in the caller's transaction. */
@Injectable()
export class DomainRepository {
  constructor(private readonly database: Database) {}

  /** The tenant that has verified this domain, or null. It does not depend on the transaction's tenant. */
  async findOwner(domain: string): Promise<string | null> {
    const sql = 'SELECT attune_find_domain($1) AS owner';
    const [row] = await this.database.query<DomainOwnerRow>(sql, [domain]);
    return row?.owner ?? null;
  }

  /** The tenant's secret for DNS records. The first call creates it. */
  async getSecret(tenantId: string): Promise<string> {
    const insert = 'INSERT INTO domain_secrets (tenant_id) VALUES ($1) ON CONFLICT DO NOTHING';
    await this.database.query(insert, [tenantId]);
    const select = 'SELECT secret FROM domain_secrets WHERE tenant_id = $1';
    const [row] = await this.database.query<Pick<DomainSecretEntity, 'secret'>>(select, [tenantId]);
    return row!.secret;
  }

  /**
   * Marks the domain as verified. False when the tenant's configuration names another domain now. The configuration is locked until
   * the transaction ends.
   *
   * @throws ConflictError when another tenant has verified the domain.
   */
  async verify(tenantId: string, domain: string): Promise<boolean> {
    const lock = `SELECT FROM tenant_configurations WHERE tenant_id = $1 AND settings ->> 'custom_domain' = $2 FOR SHARE`;
    if ((await this.database.query(lock, [tenantId, domain])).length === 0) return false;
    const sql = `UPDATE tenants SET verified_domain = $2, updated_at = now()
      WHERE tenant_id = $1 AND verified_domain IS DISTINCT FROM $2`;
    try {
      await this.database.query(sql, [tenantId, domain]);
      return true;
    } catch (error) {
      throw sqlStateOf(error) === '23505' ? domainTakenError(domain) : error;
    }
  }
}

export function domainTakenError(domain: string): ConflictError {
  return new ConflictError(`${domain} is another tenant's verified domain; choose another custom_domain.`);
}
