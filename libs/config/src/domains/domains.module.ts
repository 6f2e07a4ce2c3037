import { Module } from '@nestjs/common';
import { BrandingController } from './branding.controller.js';
import { Branding } from './branding.service.js';
import { DomainRecords } from './domain-records.js';
import { DomainRepository } from './domain.repository.js';
import { DomainsController } from './domains.controller.js';
import { VerifyDomain } from './verify-domain.service.js';

/** Custom domains, proven by DNS, and the branding that pages under them show. */
@Module({
  controllers: [BrandingController, DomainsController],
  providers: [Branding, DomainRecords, DomainRepository, VerifyDomain],
})
export class DomainsModule {}
