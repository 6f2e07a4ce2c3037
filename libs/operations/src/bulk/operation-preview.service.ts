import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { type Page, type PageQuery, decodeCursor, toPage } from '#http';
import { isTenantId } from '#kernel';
import { TenantPopulationService } from '../population/tenant-population.service.js';
import { BulkItemRepository } from './bulk-item.repository.js';
import type { StoredBulkOperation } from './bulk-operation.js';
import { evaluateGroup } from './bulk-evaluation.js';
import { type SampledTenant, toSampledTenant } from './dry-run.service.js';

/** Shows what an operation does to each of its tenants, whether it has ended or not. */
@Injectable()
export class OperationPreviewService {
  constructor(
    private readonly database: Database,
    private readonly items: BulkItemRepository,
    private readonly population: TenantPopulationService,
  ) {}

  /**
   * The tenants of the operation in the order of their ids. Each is evaluated as it was when the operation began, under the plans and
   * the catalogue of now; what became of it is among the items of the operation.
   */
  async list(operation: StoredBulkOperation, { limit, cursor }: PageQuery): Promise<Page<SampledTenant>> {
    const after = cursor === undefined ? null : decodeCursor(cursor, isTenantId)[0];
    const filter = { operationId: operation.id, after, limit: limit + 1 };
    const bases = await this.database.readAsPlatform(allTenants, () => this.items.listBases(filter));
    const sharedInputs = await this.population.loadSharedInputs();
    return toPage(bases, limit, {
      item: (base) => toSampledTenant(base, evaluateGroup(base, operation, sharedInputs), base.tenant_id),
      keys: ({ tenant_id: id }) => [id],
    });
  }
}
