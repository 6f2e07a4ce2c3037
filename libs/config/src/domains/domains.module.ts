import { Module } from '@nestjs/common';
import { ConfigCoreModule } from '../config-core.module.js';
import { BrandingController } from './branding.controller.js';
import { BrandingService } from './branding.service.js';
import { TxtRecordResolver } from './txt-record-resolver.js';
import { DomainRepository } from './domain.repository.js';
import { DomainsController } from './domains.controller.js';
import { VerifyDomainService } from './verify-domain.service.js';

/** Custom domains, verified by DNS, and the branding of the pages under them. */
@Module({
  imports: [ConfigCoreModule],
  controllers: [BrandingController, DomainsController],
  providers: [BrandingService, TxtRecordResolver, DomainRepository, VerifyDomainService],
})
export class DomainsModule {}
