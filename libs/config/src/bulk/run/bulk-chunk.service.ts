import { setImmediate as breathe } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { UnavailableError } from '#kernel';
import { ConfigurationRepository } from '../../configuration.repository.js';
import type { Commons } from '../../fleet/fleet.service.js';
import type { SettingName } from '../../settings/tenant-settings.js';
import { BulkItemRepository, type Chunk } from '../bulk-item.repository.js';
import { BulkOperationRepository, type StoredOperation } from '../bulk-operation.repository.js';
import { BulkRequestRepository } from './bulk-request.repository.js';
import { type Judged, countsOf, judge } from '../judgement.js';

/** How far a pass over the operation's tenants has come. */
export interface Place {
  /** The last tenant that was looked at; empty before the first. */
  readonly after: string;
  /** Tenants of this pass whose configuration somebody else was just changing: another pass sees to them. */
  readonly missed: number;
}

interface JudgedChunk extends Pick<Chunk, 'first' | 'last'> {
  readonly judged: readonly Judged[];
}

/** Nobody's own change waits longer than one chunk takes. */
const chunkSize = 4_000;
/** Judging takes well under a millisecond; requests are served in between. */
const judgedAtOnce = 20;

/**
 * Does a bulk operation for the next tenants, in the caller's transaction: configurations, history, items and counts together or
 * not at all. Only tenants without an outcome are taken, so that nobody is treated twice, whoever runs this and how often.
 */
@Injectable()
export class BulkChunk {
  constructor(
    private readonly configurations: ConfigurationRepository,
    private readonly operations: BulkOperationRepository,
    private readonly items: BulkItemRepository,
    private readonly requests: BulkRequestRepository,
  ) {}

  /** Where to go on; null when the operation has ended. */
  async work(id: string, { after, missed }: Place, commons: Commons): Promise<Place | null> {
    await this.items.takeTurn();
    const operation = await this.operations.begin(id);
    if (!operation) return null;
    const chunk = await this.next(operation, after);
    const judged = await this.judged(operation, chunk, commons);
    const settled = await this.settle(operation, { ...chunk, judged }, commons);
    await this.operations.count(id, countsOf(settled));
    const [seen, done] = [sizeOf(judged), sizeOf(settled)];
    const missedSoFar = missed + seen - done;
    if (seen === chunkSize) return { after: chunk.last, missed: missedSoFar };
    if (missedSoFar > 0) return { after: '', missed: 0 };
    await this.operations.complete(id);
    return null;
  }

  private next({ id: operationId, kind, changes }: StoredOperation, after: string): Promise<Chunk> {
    const fields = Object.keys(changes) as SettingName[];
    return this.items.next({ operationId, kind, fields, after, size: chunkSize });
  }

  private async judged(operation: StoredOperation, { classes }: Chunk, commons: Commons): Promise<Judged[]> {
    const judged: Judged[] = [];
    for (const one of classes) {
      judged.push({ one, verdict: judge(one, operation, commons) });
      if (judged.length % judgedAtOnce === 0) await breathe();
    }
    return judged;
  }

  /** What became of the tenants; those that somebody else was changing are not among them. */
  private async settle(operation: StoredOperation, chunk: JudgedChunk, commons: Commons): Promise<Judged[]> {
    const written = await this.write(operation, chunk);
    const settled = chunk.judged.map((each) => (isUpdate(each) ? only(each, written) : each));
    for (const each of settled)
      if (each.verdict.outcome === 'approval_required') await this.requests.open(operation, each, commons);
    const ended = settled.map(({ one, verdict }) => ({ ...verdict, tenants: one.tenants }));
    await this.items.end(operation.id, ended, chunk);
    return settled;
  }

  private async write(
    { kind, id: bulkId, reason }: StoredOperation,
    { judged, ...range }: JudgedChunk,
  ): Promise<ReadonlySet<string>> {
    const action = kind === 'update' ? 'bulk_update' : 'bulk_revert';
    await this.configurations.sign({ action, reason, fromVersion: null, bulkId });
    const rows = judged.filter(isUpdate).map(({ one, verdict }) => ({ ...verdict, tenants: one.tenants }));
    if (rows.length === 0) return new Set();
    const written = await this.items.write(rows, range);
    await this.checkTenants(judged.filter(isUpdate));
    return written;
  }

  /** @throws DomainError `unavailable`, so that the chunk is judged anew: a plan or a policy changed while it waited. */
  private async checkTenants(updates: readonly Judged[]): Promise<void> {
    const tenants = updates.flatMap(({ one: { tenants: each, plan } }) =>
      each.map(({ tenant_id }) => ({ tenant_id, plan })),
    );
    if (await this.items.areAsJudged(tenants)) return;
    throw new UnavailableError('A tenant’s plan or policy changed meanwhile.', 1);
  }
}

function isUpdate({ verdict }: Judged): boolean {
  return verdict.outcome === 'updated';
}

function only({ one, verdict }: Judged, written: ReadonlySet<string>): Judged {
  const tenants = one.tenants.filter(({ tenant_id: id }) => written.has(id));
  return { one: { ...one, tenants }, verdict };
}

function sizeOf(judged: readonly Judged[]): number {
  return judged.reduce((size, { one }) => size + one.tenants.length, 0);
}
