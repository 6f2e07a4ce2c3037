import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { Clock, ConflictError, TenantNotFoundError } from '#kernel';
import { TenantRepository } from '../tenant.repository.js';
import { ErasureRepository } from './erasure.repository.js';
import type { ErasureResponse } from './erasure.response.js';

/** Certifies what is gone of a deleted tenant. It counts at each call, so that the certificate is about the database of now. */
@Injectable()
export class ErasureService {
  constructor(
    private readonly clock: Clock,
    private readonly database: Database,
    private readonly tenants: TenantRepository,
    private readonly repository: ErasureRepository,
  ) {}

  /**
   * @throws ConflictError when the tenant was not deleted.
   * @throws TenantNotFoundError when there never was such a tenant.
   */
  certify(tenantId: string): Promise<ErasureResponse> {
    return this.database.readAsPlatform(tenantId, async () => {
      if (await this.tenants.find(tenantId)) throw new ConflictError('The tenant exists; delete it first.');
      const deletion = await this.repository.findDeletion(tenantId);
      if (!deletion) throw new TenantNotFoundError();
      const tables = await this.repository.countRows(tenantId);
      return {
        tenant_id: tenantId,
        deleted_at: deletion.at.toISOString(),
        deleted_by: deletion.actor,
        checked_at: new Date(this.clock.now()).toISOString(),
        complete: tables.every(({ with_content: count }) => count === 0),
        tables,
      };
    });
  }
}
