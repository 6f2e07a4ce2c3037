import { Injectable } from '@nestjs/common';
import { RateLimitedError, UnavailableError } from '#kernel';

/** Uploads that run or wait at the same time. The files of each are in memory. */
const maxOpenOfTenant = 32;
const maxOpen = 200;
const retryAfterS = 10;

/** Bounds the uploads that a replica works on, in all and for each tenant, so that they cannot fill its memory. */
@Injectable()
export class UploadAdmission {
  private readonly openByTenant = new Map<string, number>();
  private open = 0;

  /**
   * Runs an upload if there is room for it.
   *
   * @throws RateLimitedError when the tenant has too many open uploads, UnavailableError when all tenants together have
   */
  async admit<T>(tenantId: string, upload: () => Promise<T>): Promise<T> {
    const openOfTenant = this.openByTenant.get(tenantId) ?? 0;
    if (openOfTenant >= maxOpenOfTenant) throw tenantLimitError();
    if (this.open >= maxOpen)
      throw new UnavailableError('Too many uploads are waiting; try again later.', retryAfterS);
    this.count(tenantId, 1);
    try {
      return await upload();
    } finally {
      this.count(tenantId, -1);
    }
  }

  private count(tenantId: string, change: 1 | -1): void {
    this.open += change;
    const openOfTenant = (this.openByTenant.get(tenantId) ?? 0) + change;
    if (openOfTenant === 0) this.openByTenant.delete(tenantId);
    else this.openByTenant.set(tenantId, openOfTenant);
  }
}

function tenantLimitError(): RateLimitedError {
  const message = `${maxOpenOfTenant} uploads of the tenant are running or waiting; send the next one when one of them has ended.`;
  const resetsAt = new Date(Date.now() + retryAfterS * 1000).toISOString();
  return new RateLimitedError(message, {
    limit: maxOpenOfTenant,
    remaining: 0,
    resets_at: resetsAt,
    retry_after_s: retryAfterS,
  });
}
