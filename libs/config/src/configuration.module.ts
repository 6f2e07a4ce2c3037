import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { TenancyModule } from '#tenancy';
import { ApprovalsModule } from './approvals/approvals.module.js';
import { ConfigCoreModule } from './config-core.module.js';
import { DomainsModule } from './domains/domains.module.js';
import { GitopsModule } from './gitops/gitops.module.js';
import { HistoryIntegrityModule } from './history-integrity/history-integrity.module.js';
import { CatalogueController } from './http/catalogue.controller.js';
import { ConfigurationController } from './http/configuration.controller.js';
import { PreparedConfigRoute } from './http/prepared-config-route.js';
import { SessionController } from './http/session.controller.js';
import { SettingsSchemaController } from './http/settings-schema.controller.js';
import { PlaygroundModule } from './playground/playground.module.js';
import { ConfigStreamModule } from './stream/config-stream.module.js';
import { MinimumVersionInterceptor } from './read/minimum-version.interceptor.js';

/** The tenants' configurations and all of their HTTP routes. */
@Module({
  imports: [
    TenancyModule,
    ConfigCoreModule,
    ConfigStreamModule,
    ApprovalsModule,
    DomainsModule,
    GitopsModule,
    HistoryIntegrityModule,
    PlaygroundModule,
  ],
  controllers: [CatalogueController, ConfigurationController, SessionController, SettingsSchemaController],
  providers: [{ provide: APP_INTERCEPTOR, useClass: MinimumVersionInterceptor }, PreparedConfigRoute],
  exports: [ApprovalsModule, ConfigCoreModule, ConfigStreamModule, PlaygroundModule],
})
export class ConfigurationModule {}
