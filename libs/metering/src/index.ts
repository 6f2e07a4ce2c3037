export type { UsageRecord } from './ledger/ledger.js';
export { MeteringModule } from './metering.module.js';
export { type MeteredQuery, MeteringService } from './admission/metering.service.js';
export { Reservation } from './admission/reservation.js';
export { type UsageLimits, TenantLimits } from './ledger/tenant-limits.js';
export { TenantActivityReader } from './maintenance/tenant-activity-reader.js';
export { meteringEntities } from './ledger/ledger.entity.js';
export { MeteringConfig, meteringConfig, meteringVariables } from './metering.config.js';
