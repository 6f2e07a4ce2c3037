import { Semaphore } from 'async-mutex';
import { UnavailableError } from '#kernel';
import { BatchLane } from './batch-lane.js';

/** Instead of a result: another transaction has locked the request's tenant, and nothing was written for the request. */
export const busy = Symbol('busy');

/**
 * Writes requests in one transaction and returns their results in the same order. With `mayWait` it waits for locks of other
 * transactions. Without, it returns `busy` for the requests that would have to wait.
 */
export type BatchWriter<Input, Result> = (
  inputs: readonly Input[],
  mayWait: boolean,
) => Promise<readonly (Result | typeof busy)[]>;

interface BatchRequest<Input, Result> {
  readonly input: Input;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Each holds a connection, which other work needs as well. */
const maxWaitingBatches = 4;

/**
 * Writes the requests of all tenants in common batches. The requests of a tenant that another transaction has locked go in batches
 * of their own, which wait for the lock, until none of them is left.
 *
 * If a batch fails, its halves are written one after the other, so that each request gets its own error. If the database is
 * unavailable, everything that waits in that lane fails at once: otherwise each request would wait for its own time-out.
 */
export class BatchQueue<Input extends { readonly tenantId: string }, Result> {
  private readonly common: BatchLane<BatchRequest<Input, Result>>;
  /** The lanes of locked tenants. */
  private readonly separate = new Map<string, BatchLane<BatchRequest<Input, Result>>>();
  private readonly waitingBatches = new Semaphore(maxWaitingBatches);

  constructor(private readonly write: BatchWriter<Input, Result>) {
    this.common = new BatchLane((batch) => this.send(batch, this.common, false));
  }

  /** @throws what the writer throws for this request, or UnavailableError. */
  run(input: Input): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const { tenantId } = input;
    (this.separate.get(tenantId) ?? this.common).add(tenantId, { input, resolve, reject });
    return promise;
  }

  private async send(
    batch: readonly BatchRequest<Input, Result>[],
    lane: BatchLane<BatchRequest<Input, Result>>,
    mayWait: boolean,
  ): Promise<void> {
    try {
      const results = await this.write(
        batch.map(({ input }) => input),
        mayWait,
      );
      for (const [index, request] of batch.entries()) this.answer(request, results[index]!);
    } catch (error) {
      if (error instanceof UnavailableError)
        for (const request of [...batch, ...lane.takeAll()]) request.reject(error);
      else if (batch.length === 1) batch[0]!.reject(error);
      else {
        const middle = Math.floor(batch.length / 2);
        await this.send(batch.slice(0, middle), lane, mayWait);
        await this.send(batch.slice(middle), lane, mayWait);
      }
    }
  }

  private answer(request: BatchRequest<Input, Result>, result: Result | typeof busy): void {
    if (result !== busy) return request.resolve(result);
    const { tenantId } = request.input;
    this.separateLane(tenantId).add(tenantId, request);
  }

  private separateLane(tenantId: string): BatchLane<BatchRequest<Input, Result>> {
    const existing = this.separate.get(tenantId);
    if (existing) return existing;
    const lane: BatchLane<BatchRequest<Input, Result>> = new BatchLane(
      (batch) => this.waitingBatches.runExclusive(() => this.send(batch, lane, true)),
      () => this.separate.delete(tenantId),
    );
    this.separate.set(tenantId, lane);
    return lane;
  }
}
