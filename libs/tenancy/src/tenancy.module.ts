import { Module } from '@nestjs/common';
import { CacheModule, LastKnownGoodStore } from '#cache';
import { EgressModule } from '#egress';
import { HttpModule } from '#http';
import { Clock } from '#kernel';
import { AccessControlService } from './authentication/access-control.service.js';
import { Authenticator } from './authentication/authenticator.js';
import { StreamTicketService } from './authentication/stream-ticket.service.js';
import { JwtVerifier } from './authentication/jwt/jwt-verifier.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditReader } from './audit/audit-reader.js';
import { AuditRepository } from './audit/audit.repository.js';
import { CatalogueReader } from './catalogue/catalogue-reader.js';
import { ModelRepository } from './catalogue/model.repository.js';
import { ModelsController } from './catalogue/administration/models.controller.js';
import { ModelsService } from './catalogue/administration/models.service.js';
import { SharedSettingsTransaction } from './catalogue/shared-settings-transaction.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { CredentialReader } from './keys/credential-reader.js';
import { KeyExpiryTask } from './keys/key-expiry.task.js';
import { identityControllers, identityProviders } from './identity/identity.providers.js';
import { OidcEndSessionUrl } from './identity/logout/oidc-end-session-url.js';
import { KeyRepository } from './keys/key.repository.js';
import { KeysController } from './keys/keys.controller.js';
import { PlatformKeysController } from './keys/platform-keys.controller.js';
import { KeysService } from './keys/keys.service.js';
import { LastUsedRecorder } from './keys/last-used-recorder.js';
import { BootstrapKeyService } from './keys/bootstrap-key.service.js';
import { PlanReader } from './catalogue/plan-reader.js';
import { PlanRepository } from './catalogue/plan.repository.js';
import { PlatformDefaultsRepository } from './catalogue/platform-defaults.repository.js';
import { PlansController } from './catalogue/administration/plans.controller.js';
import { PlansService } from './catalogue/administration/plans.service.js';
import { SessionAuthenticator } from './authentication/session-authenticator.js';
import { SessionReader } from './sessions/session-reader.js';
import { SessionRepository } from './sessions/session.repository.js';
import { SessionService } from './sessions/session.service.js';
import { SessionUseRecorder } from './sessions/session-use-recorder.js';
import { EndSessionUrl } from './sign-in/end-session-url.js';
import { OwnSessionsController } from './sign-in/administration/own-sessions.controller.js';
import { PlatformSessionsController } from './sign-in/administration/platform-sessions.controller.js';
import { SessionAdministrationService } from './sign-in/administration/session-administration.service.js';
import { SignInAttemptsRepository } from './sign-in/limit/sign-in-attempts.repository.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { SignInLimit } from './sign-in/limit/sign-in-limit.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { SignOutService } from './sign-in/sign-out.service.js';
import { StartCodeService } from './sign-in/start-code.service.js';
import { tenancyConfig } from './tenancy.config.js';
import { ErasureController } from './tenants/erasure/erasure.controller.js';
import { ErasureRepository } from './tenants/erasure/erasure.repository.js';
import { ErasureService } from './tenants/erasure/erasure.service.js';
import { TenantImportController } from './tenants/import/tenant-import.controller.js';
import { TenantImportService } from './tenants/import/tenant-import.service.js';
import { PlanChangeValidator } from './tenants/plan-change-validator.js';
import { TenantReader } from './tenants/tenant-reader.js';
import { TenantRepository } from './tenants/tenant.repository.js';
import { TenantsController } from './tenants/tenants.controller.js';
import { TenantsService } from './tenants/tenants.service.js';

/** Tenants, plans, the model catalogue, and credentials. Its `AccessControlService` decides who may call which route. */
@Module({
  imports: [CacheModule, EgressModule, HttpModule, IdempotencyModule],
  controllers: [
    AuditController,
    TenantsController,
    TenantImportController,
    ErasureController,
    PlansController,
    ModelsController,
    KeysController,
    PlatformKeysController,
    SignInController,
    OwnSessionsController,
    PlatformSessionsController,
    ...identityControllers,
  ],
  providers: [
    AccessControlService,
    {
      provide: JwtVerifier,
      useFactory: JwtVerifier.fromConfig,
      inject: [tenancyConfig.KEY, Clock, LastKnownGoodStore],
    },
    AuditReader,
    AuditRepository,
    Authenticator,
    CatalogueReader,
    ModelRepository,
    CredentialReader,
    KeyExpiryTask,
    KeyRepository,
    KeysService,
    LastUsedRecorder,
    ModelsService,
    PlanReader,
    PlanRepository,
    PlansService,
    PlatformDefaultsRepository,
    BootstrapKeyService,
    SharedSettingsTransaction,
    PlanChangeValidator,
    SessionAdministrationService,
    SessionAuthenticator,
    SessionReader,
    SessionRepository,
    SessionService,
    SessionUseRecorder,
    SignInAttemptsRepository,
    SignInLimit,
    SignInService,
    SignOutService,
    StartCodeService,
    ...identityProviders,
    { provide: EndSessionUrl, useExisting: OidcEndSessionUrl },
    StreamTicketService,
    TenantReader,
    TenantRepository,
    TenantsService,
    TenantImportService,
    ErasureRepository,
    ErasureService,
  ],
  exports: [
    AccessControlService,
    Authenticator,
    CatalogueReader,
    IdempotencyModule,
    KeysService,
    PlanReader,
    PlatformDefaultsRepository,
    SharedSettingsTransaction,
    StreamTicketService,
    TenantReader,
    TenantsService,
  ],
})
export class TenancyModule {}
