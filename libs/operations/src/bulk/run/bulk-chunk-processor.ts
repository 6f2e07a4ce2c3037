import { Injectable } from '@nestjs/common';
import { UnavailableError, yieldToEventLoop } from '#kernel';
import { ConfigurationRepository } from '#config';
import type { SharedInputs } from '../../population/tenant-population.service.js';
import type { SettingName } from '#settings';
import { BulkItemRepository, type Chunk } from '../bulk-item.repository.js';
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

interface EvaluatedChunk extends Pick<Chunk, 'first' | 'last'> {
  readonly evaluated: readonly EvaluatedGroup[];
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
    const chunk = await this.findNextChunk(operation, after);
    const evaluated = await this.evaluate(operation, chunk, sharedInputs);
    const applied = await this.apply(operation, { ...chunk, evaluated }, sharedInputs);
    await this.operations.addCounts(id, countOutcomes(applied));
    const [evaluatedCount, appliedCount] = [countTenants(evaluated), countTenants(applied)];
    const skippedSoFar = skipped + evaluatedCount - appliedCount;
    if (evaluatedCount === chunkSize) return { after: chunk.last, skipped: skippedSoFar };
    if (skippedSoFar > 0) return { after: '', skipped: 0 };
    await this.operations.markCompleted(id);
    return null;
  }

  private findNextChunk(
    { id: operationId, kind, changes }: StoredBulkOperation,
    after: string,
  ): Promise<Chunk> {
    const fields = Object.keys(changes) as SettingName[];
    return this.items.findNextChunk({ operationId, kind, fields, after, size: chunkSize });
  }

  private async evaluate(
    operation: StoredBulkOperation,
    { groups }: Chunk,
    sharedInputs: SharedInputs,
  ): Promise<EvaluatedGroup[]> {
    const evaluated: EvaluatedGroup[] = [];
    for (const group of groups) {
      evaluated.push({ group, evaluation: evaluateGroup(group, operation, sharedInputs) });
      if (evaluated.length % groupsPerYield === 0) await yieldToEventLoop();
    }
    return evaluated;
  }

  /** Returns the groups with the tenants that got an outcome. Skipped tenants are left out. */
  private async apply(
    operation: StoredBulkOperation,
    chunk: EvaluatedChunk,
    sharedInputs: SharedInputs,
  ): Promise<EvaluatedGroup[]> {
    const written = await this.writeUpdates(operation, chunk);
    const applied = chunk.evaluated.map((each) => (isUpdate(each) ? keepWritten(each, written) : each));
    for (const each of applied)
      if (each.evaluation.outcome === 'approval_required')
        await this.changeRequests.openForGroup(operation, each, sharedInputs);
    const groupOutcomes = applied.map(({ group, evaluation }) => ({ ...evaluation, tenants: group.tenants }));
    await this.items.recordOutcomes(operation.id, groupOutcomes, chunk);
    return applied;
  }

  private async writeUpdates(
    { kind, id: bulkId, reason }: StoredBulkOperation,
    { evaluated, ...range }: EvaluatedChunk,
  ): Promise<ReadonlySet<string>> {
    const action = kind === 'update' ? 'bulk_update' : 'bulk_revert';
    await this.configurations.setAuditContext({ action, reason, fromVersion: null, bulkId });
    const rows = evaluated
      .filter(isUpdate)
      .map(({ group, evaluation }) => ({ ...evaluation, tenants: group.tenants }));
    if (rows.length === 0) return new Set();
    const written = await this.items.writeConfigurations(rows, range);
    await this.assertTenantsUnchanged(evaluated.filter(isUpdate));
    return written;
  }

  /** @throws UnavailableError if a plan or an approval policy changed meanwhile; the chunk is then evaluated again. */
  private async assertTenantsUnchanged(updates: readonly EvaluatedGroup[]): Promise<void> {
    const tenants = updates.flatMap(({ group: { tenants: each, plan } }) =>
      each.map(({ tenant_id }) => ({ tenant_id, plan })),
    );
    if (await this.items.stillMatchesEvaluation(tenants)) return;
    throw new UnavailableError('The plan or approval policy of a tenant changed meanwhile.', 1);
  }
}

function isUpdate({ evaluation }: EvaluatedGroup): boolean {
  return evaluation.outcome === 'updated';
}

function keepWritten({ group, evaluation }: EvaluatedGroup, written: ReadonlySet<string>): EvaluatedGroup {
  const tenants = group.tenants.filter(({ tenant_id: id }) => written.has(id));
  return { group: { ...group, tenants }, evaluation };
}

function countTenants(evaluated: readonly EvaluatedGroup[]): number {
  return evaluated.reduce((size, { group }) => size + group.tenants.length, 0);
}
