export type { Bill } from './ledger/bill.js';
export { MeteringModule } from './metering.module.js';
export { type MeteredQuery, Metering } from './metering.service.js';
export { Reservation } from './reservation.js';
export { type Limits, TenantLimits } from './tenant-limits.js';
export { TenantActivity } from './upkeep/tenant-activity.js';
