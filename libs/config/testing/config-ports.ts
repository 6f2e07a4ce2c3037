import type { Abstract, Type } from '@nestjs/common';
import { TenantLimits } from '#metering';
import { PlanChangeCheck, TenantUpdateQueue } from '#tenancy';
import { OpenChangeRequestService } from '../src/approvals/open-change-request.service.js';
import { ApprovalQueue } from '../src/change/change.js';
import { ConfiguredLimits } from '../src/read/configured-limits.js';
import { ConfiguredPlanChangeCheck } from '../src/read/configured-plan-change-check.js';

/** The ports that this library fills. A test's root module provides and exports them, as `AppModule` does in the product. */
export const configPorts: { provide: Abstract<unknown>; useExisting: Type }[] = [
  { provide: ApprovalQueue, useExisting: OpenChangeRequestService },
  { provide: PlanChangeCheck, useExisting: ConfiguredPlanChangeCheck },
  { provide: TenantUpdateQueue, useExisting: OpenChangeRequestService },
  { provide: TenantLimits, useExisting: ConfiguredLimits },
];
