import { Injectable } from '@nestjs/common';
import { Database, JobQueue, allTenants } from '#database';
import { ConflictError, InvalidInputError, NotFoundError } from '#kernel';
import { CatalogueReader, type Principal } from '#tenancy';
import { Fleet } from '../fleet/fleet.service.js';
import type { Selector } from '../fleet/selector.js';
import type { SettingsPatch } from '../settings/merge-patch.js';
import { parseBulkChanges } from './bulk-changes.js';
import { BulkOperationRepository, type StoredOperation } from './bulk-operation.repository.js';
import { hasEnded } from './bulk-operation.js';
import { bulkQueue } from './run/run-bulk.service.js';

export interface BulkOrder {
  readonly selector: Selector;
  readonly changes: Readonly<Record<string, unknown>>;
  readonly reason: string;
}

const longestReason = 500;
const idForm = /^[a-z0-9]{8,32}$/;

/** Begins, finds and cancels bulk operations; a job runs them (SPEC §5.1). */
@Injectable()
export class BulkUpdates {
  constructor(
    private readonly database: Database,
    private readonly jobs: JobQueue,
    private readonly operations: BulkOperationRepository,
    private readonly fleet: Fleet,
    private readonly catalogue: CatalogueReader,
  ) {}

  /** Fixes tenants and base versions, and has the operation run. @throws InvalidInputError with every fault. */
  async start(order: BulkOrder, author: Principal): Promise<StoredOperation> {
    const changes = await this.check(order);
    const tenants = await this.fleet.versions(order.selector);
    const { selector, reason } = order;
    const operation = { selector, changes, reason, createdBy: author.actor };
    return this.begin(author, () => this.operations.insertUpdate(operation, tenants));
  }

  /**
   * Takes an ended update back, where nobody changed those settings since.
   *
   * @throws NotFoundError, and ConflictError when it has not ended, is a revert itself, or was reverted.
   */
  async revert(id: string, author: Principal, reason: string | undefined): Promise<StoredOperation> {
    const reverted = await this.get(id);
    if (reverted.kind === 'revert') throw new ConflictError('A revert cannot be reverted; run an update.');
    if (!hasEnded(reverted)) throw new ConflictError('The operation is still under way: cancel it first.');
    const why = reason ?? `Revert of: ${reverted.reason}`.slice(0, longestReason);
    return this.begin(author, () => this.operations.insertRevert(reverted, why, author.actor));
  }

  /** It stops at its next chunk. @throws NotFoundError, and ConflictError when it has ended. */
  async cancel(id: string, author: Principal): Promise<StoredOperation> {
    await this.get(id);
    const cancel = () => this.operations.cancel(id, author.actor);
    const cancelled = await this.database.asPlatform(allTenants, cancel, author);
    if (cancelled) return cancelled;
    const { state } = await this.get(id);
    throw new ConflictError(`The operation is ${state} already.`);
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<StoredOperation> {
    const find = () => this.operations.find(id);
    const found = idForm.test(id) ? await this.database.readAsPlatform(allTenants, find) : null;
    if (!found) throw new NotFoundError('There is no such bulk operation.');
    return found;
  }

  /**
   * The order's patch.
   *
   * @throws InvalidInputError with every fault of selector and patch.
   */
  async check({ selector, changes }: BulkOrder): Promise<SettingsPatch> {
    const { patch, faults } = parseBulkChanges(changes, await this.catalogue.current());
    const all = [...(await this.fleet.faults(selector)), ...faults];
    if (all.length > 0) throw new InvalidInputError(all);
    return patch;
  }

  /** The operation and its job exist together or not at all. */
  private async begin(author: Principal, insert: () => Promise<StoredOperation>): Promise<StoredOperation> {
    const work = async (): Promise<StoredOperation> => {
      const operation = await insert();
      await this.jobs.enqueue(bulkQueue, { id: operation.id });
      return operation;
    };
    const operation = await this.database.asPlatform(allTenants, work, author);
    this.jobs.wake(bulkQueue);
    return operation;
  }
}
