import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer, ApiProblems, Access, CurrentPrincipal, CurrentTenant, type Principal } from '#http';
import { VerificationResponse } from './domain.response.js';
import { VerifyDomainService } from './verify-domain.service.js';

@ApiTags('configuration')
@ApiBearerAuth()
@Controller('v1/config/domain')
export class DomainsController {
  constructor(private readonly domains: VerifyDomainService) {}

  @Post('verify')
  @HttpCode(200)
  @Access('tenant_admin', { scope: 'config:write' })
  @ApiOperation({
    summary: 'Verify the custom domain by its TXT record; the answer names the required record',
    description:
      'Takes no body. If the record is missing or DNS does not answer, the answer is `verified: false`, and `detail` says why. A change of `custom_domain` ends the verification.',
  })
  @ApiAnswer(200, VerificationResponse)
  @ApiProblems('conflict')
  verify(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
  ): Promise<VerificationResponse> {
    return this.domains.verify(tenantId, author);
  }
}
