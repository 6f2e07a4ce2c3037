export type { UsageRecord } from './ledger/bill.js';
export { MeteringModule } from './metering.module.js';
export { type MeteredQuery, MeteringService } from './metering.service.js';
export { Reservation } from './reservation.js';
export { type UsageLimits, TenantLimits } from './tenant-limits.js';
export { TenantActivityReader } from './upkeep/tenant-activity.js';
