import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Access, ApiAnswer, ApiProblems, CurrentPrincipal, CurrentTenant, type Principal } from '#http';
import { UsageErasureRequest } from './usage-erasure.request.js';
import { UsageErasureResponse } from './usage-erasure.response.js';
import { UsageErasureService } from './usage-erasure.service.js';

@ApiTags('platform: usage')
@ApiBearerAuth()
@Controller('v1/platform/tenants/:tenant_id/usage/erase')
export class UsageErasureController {
  constructor(private readonly erasure: UsageErasureService) {}

  /** The user is in the body: a path is in the logs of proxies. */
  @Post()
  @HttpCode(200)
  @Access('platform_admin')
  @ApiOperation({
    summary: "Take a user's name off the usage log",
    description:
      'The lines stay, with the user `erased`, so that quota, budget and sums stay right. It cannot be undone.',
  })
  @ApiParam({ name: 'tenant_id', example: 'acme-law' })
  @ApiAnswer(200, UsageErasureResponse)
  @ApiProblems('not-found')
  erase(
    @CurrentTenant() tenantId: string,
    @Body() { user_id: userId }: UsageErasureRequest,
    @CurrentPrincipal() author: Principal,
  ): Promise<UsageErasureResponse> {
    return this.erasure.erase(tenantId, userId, author);
  }
}
