import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  ApiAnswer,
  type Page,
  ApiProblems,
  defaultPageLimit,
  Access,
  CurrentPrincipal,
  type Principal,
} from '#http';
import type { ChangeRequest } from '../change/change-request.js';
import { toChangeRequest } from './change-request.repository.js';
import {
  ApprovalRequest,
  ChangeRequestResponse,
  PlatformChangeRequestQuery,
  RejectionRequest,
} from './change-request.request.js';
import { ChangeRequestsService } from './change-requests.service.js';
import { DecideChangeRequestService } from './decisions/decide-change-request.service.js';

const IdParam = ApiParam({ name: 'id', example: '4f1c2a9b7d3e5f604f1c2a9b7d3e5f60' });

/** The change requests of all tenants, for the platform admins who decide on them. */
@ApiTags('platform: change requests')
@ApiBearerAuth()
@Controller('v1/platform/change-requests')
export class PlatformChangeRequestsController {
  constructor(
    private readonly requests: ChangeRequestsService,
    private readonly decisions: DecideChangeRequestService,
  ) {}

  @Get()
  @Access('platform_admin')
  @ApiOperation({ summary: "List every tenant's change requests, newest first" })
  @ApiAnswer(200, [ChangeRequestResponse])
  list(@Query() query: PlatformChangeRequestQuery): Promise<Page<ChangeRequest>> {
    const {
      limit = defaultPageLimit,
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
  @IdParam
  @ApiAnswer(200, ChangeRequestResponse)
  @ApiProblems('not-found')
  async get(@Param('id') requestId: string): Promise<ChangeRequest> {
    return toChangeRequest(await this.requests.get(requestId));
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Access('platform_admin')
  @ApiOperation({
    summary:
      'Approve: make the change exactly as it was shown. If that is no longer possible, the request becomes void (409)',
  })
  @IdParam
  @ApiAnswer(200, ChangeRequestResponse)
  @ApiProblems('not-found', 'conflict', 'concurrent-update', 'gate-failed')
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
  @ApiOperation({ summary: 'Reject the change' })
  @IdParam
  @ApiAnswer(200, ChangeRequestResponse)
  @ApiProblems('not-found', 'conflict')
  reject(
    @Param('id') requestId: string,
    @CurrentPrincipal() approver: Principal,
    @Body() { comment }: RejectionRequest,
  ): Promise<ChangeRequest> {
    return this.decisions.reject({ id: requestId, approver, comment });
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @Access('platform_admin')
  @ApiOperation({ summary: 'Withdraw a change request of your own that is not decided yet' })
  @IdParam
  @ApiAnswer(200, ChangeRequestResponse)
  @ApiProblems('not-found', 'conflict')
  withdraw(@Param('id') requestId: string, @CurrentPrincipal() requester: Principal): Promise<ChangeRequest> {
    return this.requests.withdrawOwn(requestId, requester);
  }
}
