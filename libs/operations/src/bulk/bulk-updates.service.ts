import { Injectable } from '@nestjs/common';
import { Database, JobQueue, allTenants } from '#database';
import { ConflictError, InvalidInputError, NotFoundError, isObjectId } from '#kernel';
import type { Principal } from '#http';
import { CatalogueReader } from '#tenancy';
import { TenantPopulationService } from '../population/tenant-population.service.js';
import type { Selector, SettingsPatch } from '#settings';
import { parseBulkChanges } from './parse-bulk-changes.js';
import { BulkOperationRepository } from './bulk-operation.repository.js';
import { hasEnded, type StoredBulkOperation } from './bulk-operation.js';
import { bulkQueueName } from './run/bulk-job-handler.js';

export interface BulkUpdateInput {
  readonly selector: Selector;
  readonly changes: Readonly<Record<string, unknown>>;
  readonly reason: string;
}

const maxReasonLength = 500;

/** Starts, finds, cancels and reverts bulk operations. A job runs them (specification §5.1). */
@Injectable()
export class BulkUpdatesService {
  constructor(
    private readonly database: Database,
    private readonly jobs: JobQueue,
    private readonly operations: BulkOperationRepository,
    private readonly population: TenantPopulationService,
    private readonly catalogue: CatalogueReader,
  ) {}

  /**
   * Records the selected tenants with their base versions, and starts the operation.
   *
   * @throws InvalidInputError with every error of the selector and the changes.
   */
  async start(input: BulkUpdateInput, author: Principal): Promise<StoredBulkOperation> {
    const changes = await this.validate(input);
    const tenants = await this.population.findVersions(input.selector);
    const { selector, reason } = input;
    const operation = { selector, changes, reason, createdBy: author.actor };
    return this.insertAndEnqueue(author, () => this.operations.insertUpdate(operation, tenants));
  }

  /**
   * Starts the revert of an ended update. Tenants that changed those settings since keep their values.
   *
   * @throws NotFoundError
   * @throws ConflictError if the operation has not ended, is itself a revert, or was already reverted.
   */
  async revert(id: string, author: Principal, reason: string | undefined): Promise<StoredBulkOperation> {
    const reverted = await this.get(id);
    if (reverted.kind === 'revert') throw new ConflictError('A revert cannot be reverted; run an update.');
    if (!hasEnded(reverted)) throw new ConflictError('The operation is still running: cancel it first.');
    const revertReason = reason ?? `Revert of: ${reverted.reason}`.slice(0, maxReasonLength);
    return this.insertAndEnqueue(author, () =>
      this.operations.insertRevert(reverted, revertReason, author.actor),
    );
  }

  /**
   * Stops the operation before its next chunk.
   *
   * @throws NotFoundError
   * @throws ConflictError if the operation has ended.
   */
  async cancel(id: string, author: Principal): Promise<StoredBulkOperation> {
    await this.get(id);
    const cancel = () => this.operations.cancel(id, author.actor);
    const cancelled = await this.database.asPlatform(allTenants, cancel, author);
    if (cancelled) return cancelled;
    const { state } = await this.get(id);
    throw new ConflictError(`The operation is already ${state}.`);
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<StoredBulkOperation> {
    const find = () => this.operations.find(id);
    const found = isObjectId(id) ? await this.database.readAsPlatform(allTenants, find) : null;
    if (!found) throw new NotFoundError('There is no such bulk operation.');
    return found;
  }

  /**
   * Returns the patch.
   *
   * @throws InvalidInputError with every error of the selector and the changes.
   */
  async validate({ selector = {}, changes = {} }: Partial<BulkUpdateInput>): Promise<SettingsPatch> {
    const { patch, errors: changeErrors } = parseBulkChanges(changes, await this.catalogue.current());
    const allErrors = [...(await this.population.findSelectorErrors(selector)), ...changeErrors];
    if (allErrors.length > 0) throw new InvalidInputError(allErrors);
    return patch;
  }

  /** Writes the operation and its job in one transaction. */
  private async insertAndEnqueue(
    author: Principal,
    insert: () => Promise<StoredBulkOperation>,
  ): Promise<StoredBulkOperation> {
    const work = async (): Promise<StoredBulkOperation> => {
      const operation = await insert();
      await this.jobs.enqueue(bulkQueueName, { id: operation.id });
      return operation;
    };
    const operation = await this.database.asPlatform(allTenants, work, author);
    this.jobs.wake(bulkQueueName);
    return operation;
  }
}
