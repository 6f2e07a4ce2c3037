export {
  Access,
  CurrentPrincipal,
  CurrentTenant,
  authorAndTenantOf,
  tenantIdOfRequest,
} from './access/access.js';
export { Authenticator } from './access/authenticator.js';
export type { Principal, Role } from './access/principal.js';
export { type Catalogue, CatalogueReader } from './catalogue/catalogue-reader.js';
export { type Model, tiers } from './catalogue/model.js';
export { SharedSettingsTransaction } from './catalogue/shared-layers.js';
export { Idempotent } from './idempotency/idempotent.js';
export { type IssuedKey, type KeyInput, KeyService } from './keys/key.service.js';
export { type Plan } from './plans/plan.js';
export { PlanReader } from './plans/plan-reader.js';
export { type ModelReference, PlanRules } from './plans/setting-rules.js';
export { BlastRadius, type BlastRadiusReport, type TenantDifference } from './preview/blast-radius.js';
export { ApiAnswerOrPreview, PreviewQuery } from './preview/blast-radius.response.js';
export { TenancyModule } from './tenancy.module.js';
export { type PlanChange, PlanChangeCheck } from './tenants/plan-change-check.js';
export type { Tenant } from './tenants/tenant.js';
export { TenantReader } from './tenants/tenant-reader.js';
export { TenantsService } from './tenants/tenants.service.js';
