export {
  Access,
  CurrentPrincipal,
  CurrentTenant,
  type RoleByPrefix,
  authorAndTenantOf,
  tenantIdOfRequest,
} from './access/access.decorators.js';
export { Authenticator } from './authentication/authenticator.js';
export type { Principal, Role } from './access/principal.js';
export { type Catalogue, CatalogueReader } from './catalogue/catalogue-reader.js';
export { type Model, tiers } from '#settings';
export { SharedSettingsTransaction } from './catalogue/shared-settings-transaction.js';
export { Idempotent } from './idempotency/idempotent.decorator.js';
export { type IssuedKey, type KeyInput, KeysService } from './keys/keys.service.js';
export { type Plan } from '#settings';
export { PlanReader } from './catalogue/plan-reader.js';
export { PlatformDefaultsRepository } from './catalogue/platform-defaults.repository.js';
export { BlastRadius, type BlastRadiusReport, type TenantDifference } from './catalogue/blast-radius.js';
export { ApiAnswerOrPreview, PreviewQuery } from './catalogue/administration/put-or-preview.js';
export { TenancyModule } from './tenancy.module.js';
export { type PlanChange, PlanChangeCheck } from './tenants/plan-change-check.js';
export type { Tenant } from './tenants/tenant.js';
export { TenantReader } from './tenants/tenant-reader.js';
export { TenantsService } from './tenants/tenants.service.js';
export { type IdempotentRequest, type StoredResponse } from './idempotency/stored-response.js';
export { tenancyEntities } from './tenancy.entities.js';
export { TenantEntity } from './tenants/tenant.entity.js';
