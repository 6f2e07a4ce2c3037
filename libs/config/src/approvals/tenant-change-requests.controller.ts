import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiConsumes, ApiHeader, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  Access,
  ApiAnswer,
  ApiProblems,
  ApiRequestBody,
  Created,
  CurrentPrincipal,
  CurrentTenant,
  type Page,
  type Principal,
  defaultPageLimit,
} from '#http';
import { Idempotent } from '#tenancy';
import { PatchConfigurationService } from '../change/patch-configuration.service.js';
import { type ChangeContext, CurrentChangeContext } from '../change/change-context.js';
import { PatchRequest } from '../change/patch.request.js';
import type { ChangeRequest } from '../change/change-request.js';
import { ChangeRequestResponse, ChangeRequestQuery } from './change-request.request.js';
import { ChangeRequestsService } from './change-requests.service.js';

const IdParam = ApiParam({ name: 'id', example: '4f1c2a9b7d3e5f604f1c2a9b7d3e5f60' });

const readers = ['config:read', 'config:propose', 'config:write'] as const;
const authors = ['config:propose', 'config:write'] as const;

/** A tenant's own change requests, which platform admins approve or reject. */
@ApiTags('change requests')
@ApiBearerAuth()
@Controller('v1/config/change-requests')
export class TenantChangeRequestsController {
  constructor(
    private readonly requests: ChangeRequestsService,
    private readonly patches: PatchConfigurationService,
  ) {}

  @Get()
  @Access('tenant_admin', { scope: readers })
  @ApiOperation({ summary: 'List change requests, newest first' })
  @ApiAnswer(200, [ChangeRequestResponse])
  list(
    @CurrentTenant() tenantId: string,
    @Query() { limit = defaultPageLimit, cursor, state }: ChangeRequestQuery,
  ): Promise<Page<ChangeRequest>> {
    return this.requests.listForTenant(tenantId, { limit, cursor, state: state ?? null, bulkId: null });
  }

  @Post()
  @HttpCode(201)
  @Access('tenant_admin', { scope: authors })
  @Idempotent()
  @ApiOperation({ summary: 'Request a change: a merge patch that a platform admin approves or rejects' })
  @ApiConsumes('application/json', 'application/merge-patch+json')
  @ApiHeader({ name: 'If-Match', required: false, description: 'As for PATCH /v1/config' })
  @ApiRequestBody(PatchRequest, { temperature: 0.3, reason: 'more careful answers' })
  @ApiAnswer(201, ChangeRequestResponse, { headers: ['Location'] })
  @ApiProblems('version-mismatch', 'conflict', 'managed-by-code', 'gate-failed')
  async create(
    @CurrentChangeContext() context: ChangeContext,
    @Body() body: unknown,
  ): Promise<Created<ChangeRequest>> {
    const request = await this.patches.propose(context, body);
    return new Created(request, `/v1/config/change-requests/${request.id}`);
  }

  @Get(':id')
  @Access('tenant_admin', { scope: readers })
  @ApiOperation({ summary: 'One change request' })
  @IdParam
  @ApiAnswer(200, ChangeRequestResponse)
  @ApiProblems('not-found')
  get(@CurrentTenant() tenantId: string, @Param('id') requestId: string): Promise<ChangeRequest> {
    return this.requests.getForTenant(tenantId, requestId);
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @Access('tenant_admin', { scope: authors })
  @ApiOperation({ summary: 'Withdraw a change request that is not decided yet' })
  @IdParam
  @ApiAnswer(200, ChangeRequestResponse)
  @ApiProblems('not-found', 'conflict')
  withdraw(
    @CurrentTenant() tenantId: string,
    @Param('id') requestId: string,
    @CurrentPrincipal() author: Principal,
  ): Promise<ChangeRequest> {
    return this.requests.withdraw(tenantId, requestId, author);
  }
}
