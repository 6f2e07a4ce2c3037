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
  @Access('tenant_admin')
  @ApiOperation({
    summary: 'Look for the TXT record that proves the custom domain; says which record that is',
    description:
      'Takes no body. The answer is the same whether the record is missing or DNS is: `verified: false`, and `detail` says why. A verification ends when `custom_domain` changes.',
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
