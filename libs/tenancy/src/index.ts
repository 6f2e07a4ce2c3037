export { NeedsRecentSignIn, isForced } from './access/needs-recent-sign-in.js';
export { AccessControlService } from './authentication/access-control.service.js';
export { StreamTicketService, type StreamTicket } from './authentication/stream-ticket.service.js';
export { Authenticator } from './authentication/authenticator.js';
export { credentialOf } from './credential/credential-header.js';
export { assertMayCall, mayCall } from './authentication/may-call.js';
export { type Catalogue, CatalogueReader } from './catalogue/catalogue-reader.js';
export { SharedSettingsTransaction } from './catalogue/shared-settings-transaction.js';
export { Idempotent } from './idempotency/idempotent.decorator.js';
export type { KeyResponse } from './keys/key.response.js';
export { type IssuedKey, type KeyInput, KeysService } from './keys/keys.service.js';
export { PlanReader } from './catalogue/plan-reader.js';
export { PlatformDefaultsRepository } from './catalogue/platform-defaults.repository.js';
export { ModelEnvironment } from './catalogue/model-environment.js';
export {
  BlastRadius,
  type BlastRadiusReport,
  type PreviewPage,
  type TenantDifference,
} from './catalogue/blast-radius.js';
export {
  ApiAnswerOrPreview,
  PreviewPageQuery,
  PreviewQuery,
  toDryRunPage,
  toPreviewPage,
} from './catalogue/administration/put-or-preview.js';
export { TenancyModule } from './tenancy.module.js';
export { type PlanChange, PlanChangeCheck } from './tenants/plan-change-check.js';
export type { Tenant } from './tenants/tenant.entity.js';
export { TenantUpdateQueue, type WaitingTenantUpdate } from './tenants/tenant-update-queue.js';
export { TenantReader } from './tenants/tenant-reader.js';
export { TenantsService } from './tenants/tenants.service.js';
export { tenancyEntities } from './tenancy.entities.js';
export { TenantResponse } from './tenants/tenant.response.js';
export { TenantEntity } from './tenants/tenant.entity.js';
export { TenancyConfig, tenancyConfig, tenancyVariables } from './tenancy.config.js';
