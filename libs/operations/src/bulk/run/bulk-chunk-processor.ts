import { Injectable } from '@nestjs/common';
import { yieldToEventLoop } from '#kernel';
import { ConfigurationRepository } from '#config';
import type { SharedInputs } from '../../population/tenant-population.service.js';
import type { SettingName } from '#settings';
import { BulkItemRepository, type Chunk, type ChunkGroup, type EndedGroup } from '../bulk-item.repository.js';
import { BulkOperationRepository } from '../bulk-operation.repository.js';
import type { StoredBulkOperation } from '../bulk-operation.js';
import { BulkChangeRequestService } from './bulk-change-request.service.js';
import { type EvaluatedGroup, countOutcomes, evaluateGroup } from '../bulk-evaluation.js';

/** The progress of one pass over the operation's tenants. */
export interface Cursor {
  /** The last tenant that was processed; empty before the first. */
  readonly after: string;
  /** Tenants of this pass that were skipped because their configuration changed at the same time. Another pass takes them. */
  readonly skipped: number;
}

/** A chunk locks its tenants, so a tenant's own change waits for at most one chunk. */
const chunkSize = 4_000;
/** Evaluating a group takes well under a millisecond. Other requests run between these batches. */
const groupsPerYield = 20;

/**
 * Runs a bulk operation for the next tenants, in the caller's transaction: configurations, history, items and counts change together
 * or not at all. It takes only tenants without an outcome, so a repeated run processes no tenant twice.
 */
@Injectable()
export class BulkChunkProcessor {
  constructor(
    private readonly configurations: ConfigurationRepository,
    private readonly operations: BulkOperationRepository,
    private readonly items: BulkItemRepository,
    private readonly changeRequests: BulkChangeRequestService,
  ) {}

  /** Processes one chunk. Returns where the next one starts, or null if the operation has ended. */
  async process(id: string, { after, skipped }: Cursor, sharedInputs: SharedInputs): Promise<Cursor | null> {
    await this.items.acquireLock();
    const operation = await this.operations.markRunning(id);
    if (!operation) return null;
    const { last, count } = await this.items.findChunkEnd({ operationId: id, after }, chunkSize);
    const endedCount = await this.processChunk(operation, { after, last }, sharedInputs);
    const skippedSoFar = skipped + count - endedCount;
    if (count === chunkSize) return { after: last, skipped: skippedSoFar };
    if (skippedSoFar > 0) return { after: '', skipped: 0 };
    await this.operations.markCompleted(id);
    return null;
  }

  /** Returns the number of tenants that got an outcome. */
  private async processChunk(
    operation: StoredBulkOperation,
    range: Pick<Chunk, 'after' | 'last'>,
    sharedInputs: SharedInputs,
  ): Promise<number> {
    const { id: operationId, kind, changes } = operation;
    const chunk = { operationId, kind, fields: Object.keys(changes) as SettingName[], ...range };
    const groups = await this.items.findGroups(chunk);
    const evaluated = await this.evaluate(operation, groups, sharedInputs);
    const ended = await this.end(operation, chunk, evaluated);
    await this.openChangeRequests(operation, ended, sharedInputs);
    const sizes = ended.map(({ size, evaluation: { outcome } }) => ({ size, outcome }));
    await this.operations.addCounts(operationId, countOutcomes(sizes));
    return sizes.reduce((sum, { size }) => sum + size, 0);
  }

  private async evaluate(
    operation: StoredBulkOperation,
    groups: readonly ChunkGroup[],
    sharedInputs: SharedInputs,
  ): Promise<EvaluatedGroup<ChunkGroup>[]> {
    const evaluated: EvaluatedGroup<ChunkGroup>[] = [];
    for (const group of groups) {
      evaluated.push({ group, evaluation: evaluateGroup(group, operation, sharedInputs) });
      if (evaluated.length % groupsPerYield === 0) await yieldToEventLoop();
    }
    return evaluated;
  }

  private async end(
    { kind, id: bulkId, reason }: StoredBulkOperation,
    chunk: Chunk,
    evaluated: readonly EvaluatedGroup<ChunkGroup>[],
  ): Promise<EndedGroup[]> {
    const action = kind === 'update' ? 'bulk_update' : 'bulk_revert';
    await this.configurations.setAuditContext({ action, reason, fromVersion: null, bulkId });
    return this.items.endGroups(chunk, evaluated);
  }

  private async openChangeRequests(
    operation: StoredBulkOperation,
    ended: readonly EndedGroup[],
    sharedInputs: SharedInputs,
  ): Promise<void> {
    for (const each of ended)
      if (each.evaluation.outcome === 'approval_required')
        await this.changeRequests.openForGroup(operation, each, sharedInputs);
  }
}
