import { Injectable } from '@nestjs/common';

/** The tenants whose changes and playground runs are not limited per hour: those of the demo, so that trying things out goes on. */
@Injectable()
export class RateLimitExemptions {
  private readonly tenantIds = new Set<string>();

  /** Exempts this tenant until the process ends. */
  add(tenantId: string): void {
    this.tenantIds.add(tenantId);
  }

  /** Whether this tenant was exempted. */
  has(tenantId: string): boolean {
    return this.tenantIds.has(tenantId);
  }
}
