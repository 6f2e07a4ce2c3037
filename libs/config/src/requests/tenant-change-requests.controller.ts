import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiConsumes, ApiHeader, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Answer, type Page, Problems, RequestBody, defaultLimit } from '#http';
import { ConflictError } from '#kernel';
import { Access, CurrentPrincipal, CurrentTenant, Idempotent, type Principal } from '#tenancy';
import type { FastifyReply } from 'fastify';
import { PatchConfiguration } from '../change/patch-configuration.service.js';
import { type ChangeOrder, Order } from '../http/change-order.js';
import { PatchRequest } from '../http/configuration.request.js';
import type { ChangeRequest } from './change-request.js';
import { ChangeRequestAnswer, ChangeRequestQuery } from './change-request.request.js';
import { ChangeRequests } from './change-requests.service.js';

const id = ApiParam({ name: 'id', example: '4f1c2a9b7d3e5f604f1c2a9b7d3e5f60' });

/** A tenant's own requests: what waits for a platform admin's approval. */
@ApiTags('change requests')
@ApiBearerAuth()
@Controller('v1/config/change-requests')
export class TenantChangeRequestsController {
  constructor(
    private readonly requests: ChangeRequests,
    private readonly patches: PatchConfiguration,
  ) {}

  @Get()
  @Access('tenant_admin')
  @ApiOperation({ summary: 'List change requests, newest first' })
  @Answer(200, [ChangeRequestAnswer])
  list(
    @CurrentTenant() tenantId: string,
    @Query() { limit = defaultLimit, cursor, state }: ChangeRequestQuery,
  ): Promise<Page<ChangeRequest>> {
    return this.requests.listOf(tenantId, { limit, cursor, state: state ?? null, bulkId: null });
  }

  @Post()
  @HttpCode(201)
  @Access('tenant_admin')
  @Idempotent()
  @ApiOperation({ summary: 'Ask for a change: a merge patch that a platform admin approves or rejects' })
  @ApiConsumes('application/json', 'application/merge-patch+json')
  @ApiHeader({ name: 'If-Match', required: false, description: 'As for PATCH /v1/config' })
  @RequestBody(PatchRequest, { temperature: 0.3, reason: 'more careful answers' })
  @Answer(201, ChangeRequestAnswer)
  @Problems('version-mismatch', 'conflict', 'managed-by-code', 'gate-failed')
  async create(
    @Order() order: ChangeOrder,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ChangeRequest> {
    const outcome = await this.patches.patch({ ...order, isRequest: true }, body);
    if (!('request' in outcome)) throw new ConflictError('The patch changes nothing that is stored.');
    reply.header('location', `/v1/config/change-requests/${outcome.request.id}`);
    return outcome.request;
  }

  @Get(':id')
  @Access('tenant_admin')
  @ApiOperation({ summary: 'One change request' })
  @id
  @Answer(200, ChangeRequestAnswer)
  @Problems('not-found')
  get(@CurrentTenant() tenantId: string, @Param('id') requestId: string): Promise<ChangeRequest> {
    return this.requests.getOf(tenantId, requestId);
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @Access('tenant_admin')
  @ApiOperation({ summary: 'Take back a change request that nobody decided yet' })
  @id
  @Answer(200, ChangeRequestAnswer)
  @Problems('not-found', 'conflict')
  withdraw(
    @CurrentTenant() tenantId: string,
    @Param('id') requestId: string,
    @CurrentPrincipal() author: Principal,
  ): Promise<ChangeRequest> {
    return this.requests.withdraw(tenantId, requestId, author);
  }
}
