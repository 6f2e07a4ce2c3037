import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Answer, type Page, Problems, defaultLimit } from '#http';
import { Access, CurrentPrincipal, type Principal } from '#tenancy';
import type { ChangeRequest } from './change-request.js';
import { shownRequest } from './change-request.repository.js';
import {
  ApprovalRequest,
  ChangeRequestAnswer,
  PlatformChangeRequestQuery,
  RejectionRequest,
} from './change-request.request.js';
import { ChangeRequests } from './change-requests.service.js';
import { DecideRequest } from './decide-request.service.js';

const id = ApiParam({ name: 'id', example: '4f1c2a9b7d3e5f604f1c2a9b7d3e5f60' });

/** Every tenant's requests, for those who decide on them. */
@ApiTags('platform: change requests')
@ApiBearerAuth()
@Controller('v1/platform/change-requests')
export class PlatformChangeRequestsController {
  constructor(
    private readonly requests: ChangeRequests,
    private readonly decisions: DecideRequest,
  ) {}

  @Get()
  @Access('platform_admin')
  @ApiOperation({ summary: "List every tenant's change requests, newest first" })
  @Answer(200, [ChangeRequestAnswer])
  list(@Query() query: PlatformChangeRequestQuery): Promise<Page<ChangeRequest>> {
    const {
      limit = defaultLimit,
      cursor,
      state = null,
      tenant_id: tenantId = null,
      bulk_id: bulkId = null,
    } = query;
    return this.requests.listAll({ limit, cursor, state, tenantId, bulkId });
  }

  @Get(':id')
  @Access('platform_admin')
  @ApiOperation({ summary: 'One change request' })
  @id
  @Answer(200, ChangeRequestAnswer)
  @Problems('not-found')
  async get(@Param('id') requestId: string): Promise<ChangeRequest> {
    return shownRequest(await this.requests.get(requestId));
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Access('platform_admin')
  @ApiOperation({
    summary:
      'Make the change as it was shown; where that is not possible any more, the request is void (409)',
  })
  @id
  @Answer(200, ChangeRequestAnswer)
  @Problems('not-found', 'conflict', 'concurrent-update', 'gate-failed')
  approve(
    @Param('id') requestId: string,
    @CurrentPrincipal() approver: Principal,
    @Body() { comment = null }: ApprovalRequest,
  ): Promise<ChangeRequest> {
    return this.decisions.approve({ id: requestId, approver, comment });
  }

  @Post(':id/reject')
  @HttpCode(200)
  @Access('platform_admin')
  @ApiOperation({ summary: 'Refuse the change' })
  @id
  @Answer(200, ChangeRequestAnswer)
  @Problems('not-found', 'conflict')
  reject(
    @Param('id') requestId: string,
    @CurrentPrincipal() approver: Principal,
    @Body() { comment }: RejectionRequest,
  ): Promise<ChangeRequest> {
    return this.decisions.reject({ id: requestId, approver, comment });
  }
}
