import { AuditLogEntity } from './audit/audit-log.entity.js';
import {
  CatalogueEntity,
  ModelEntity,
  PlanEntity,
  PlatformDefaultsEntity,
} from './catalogue/catalogue.entity.js';
import { IdempotencyKeyEntity } from './idempotency/idempotency-key.entity.js';
import { IdentityConnectionEntity, IdentityMappingEntity } from './identity/connections/connection.entity.js';
import { IdentitySealingKeyEntity, IdentityUsedTokenEntity } from './identity/sealing/sealing.entity.js';
import { ApiKeyEntity } from './keys/api-key.entity.js';
import { SessionEntity } from './sessions/session.entity.js';
import { SignInAttemptsEntity } from './sign-in/limit/sign-in-attempts.entity.js';
import { TenantEntity } from './tenants/tenant.entity.js';

/** The tables of libs/tenancy, for the DataSource. */
export const tenancyEntities = [
  TenantEntity,
  PlanEntity,
  ModelEntity,
  CatalogueEntity,
  PlatformDefaultsEntity,
  ApiKeyEntity,
  IdempotencyKeyEntity,
  AuditLogEntity,
  SessionEntity,
  SignInAttemptsEntity,
  IdentityConnectionEntity,
  IdentityMappingEntity,
  IdentitySealingKeyEntity,
  IdentityUsedTokenEntity,
];
