import { Inject, Injectable } from '@nestjs/common';
import { type EndTurn, FairQueue } from '#kernel';
import { RagConfig, ragConfig } from '../../rag.config.js';
import { UpstreamFailure, noAnswerError } from '../../upstream/upstream-failure.js';
import type { Deadline } from './deadline.js';

/** Bounds the queries whose models answer at the same time: tenants share the limits of the providers' accounts. */
@Injectable()
export class ModelQueue {
  readonly queue: FairQueue;

  constructor(@Inject(ragConfig.KEY) { modelCallsAtOnce }: RagConfig) {
    this.queue = new FairQueue({ maxRunning: modelCallsAtOnce });
  }

  /**
   * Waits until the tenant may call its models. Tenants take turns. The caller must end the turn after the answer.
   *
   * @throws RateLimitedError when too many queries of the tenant wait
   * @throws UpstreamError `upstream-timeout` when the deadline passes, `upstream-failed` when the client disconnects
   */
  async waitForTurn(tenantId: string, deadline: Deadline): Promise<EndTurn> {
    const limit = deadline.createTimeLimit(deadline.remainingMs);
    try {
      return await this.queue.waitForTurn(tenantId, { signal: limit.signal });
    } catch (error) {
      throw error instanceof UpstreamFailure ? noAnswerError(error, []) : error;
    } finally {
      limit.stop();
    }
  }
}
