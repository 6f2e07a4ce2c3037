import { Injectable } from '@nestjs/common';
import { type Author, Database } from '#database';
import { Clock } from '#kernel';
import { UsageErasureRepository } from './usage-erasure.repository.js';
import type { UsageErasureResponse } from './usage-erasure.response.js';

/** Takes a user's name off the usage log, the only place that has it. */
@Injectable()
export class UsageErasureService {
  constructor(
    private readonly clock: Clock,
    private readonly database: Database,
    private readonly repository: UsageErasureRepository,
  ) {}

  /** @throws TenantNotFoundError when there is no such tenant. */
  erase(tenantId: string, userId: string, author: Author): Promise<UsageErasureResponse> {
    const work = async (): Promise<UsageErasureResponse> => {
      await this.repository.assertTenantExists(tenantId);
      const erased = await this.repository.erase(tenantId, userId);
      const remaining = await this.repository.count(tenantId, userId);
      const erasedAt = new Date(this.clock.now()).toISOString();
      return { tenant_id: tenantId, user_id: userId, erased, remaining, erased_at: erasedAt };
    };
    return this.database.asPlatform(tenantId, work, author);
  }
}
