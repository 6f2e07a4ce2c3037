import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  Accepted,
  AlsoCheck,
  ApiAnswer,
  ApiEventStream,
  type Page,
  PageQuery,
  ApiProblems,
  sendEventStream,
  Access,
  CurrentPrincipal,
  type Principal,
  type ValidInput,
} from '#http';
import { Idempotent, NeedsRecentSignIn, PreviewPageQuery, toDryRunPage } from '#tenancy';
import type { FastifyReply } from 'fastify';
import { BulkListsService } from '../bulk-lists.service.js';
import {
  type BulkItem,
  type BulkOperation,
  type StoredBulkOperation,
  toBulkOperation,
} from '../bulk-operation.js';
import { BulkProgressService } from '../bulk-progress.service.js';
import { BulkUpdatesService } from '../bulk-updates.service.js';
import { DryRunService, type SampledTenant } from '../dry-run.service.js';
import { OperationPreviewService } from '../operation-preview.service.js';
import { BulkItemsQuery, BulkUpdateRequest, RevertRequest } from './bulk.request.js';
import {
  BulkItemResponse,
  BulkOperationResponse,
  BulkSampleResponse,
  DryRunResponse,
  toDryRunResponse,
} from './bulk.response.js';

const path = 'v1/platform/bulk-updates';
const idParam = ApiParam({ name: 'id', example: '4f1c2a9b7d3e5f604f1c2a9b7d3e5f60' });

/** Bulk updates, for platform admins. */
@ApiTags('platform: bulk updates')
@ApiBearerAuth()
@Controller(path)
export class BulkController {
  constructor(
    private readonly updates: BulkUpdatesService,
    private readonly dryRuns: DryRunService,
    private readonly lists: BulkListsService,
    private readonly progress: BulkProgressService,
    private readonly previews: OperationPreviewService,
  ) {}

  @Post()
  @HttpCode(200)
  @Access('platform_admin')
  @Idempotent()
  @AlsoCheck((controller: BulkController, { body }: ValidInput<BulkUpdateRequest>) =>
    controller.updates.validate(body),
  )
  @ApiOperation({ summary: 'Change many tenants in the background, or preview the change' })
  @ApiAnswer(202, BulkOperationResponse, { description: 'The operation was started. Location is its URL' })
  @ApiAnswer(200, DryRunResponse, { description: 'The result of a dry run' })
  async start(
    @Query() query: PreviewPageQuery,
    @Body() body: BulkUpdateRequest,
    @CurrentPrincipal() author: Principal,
  ): Promise<Accepted<BulkOperation> | DryRunResponse> {
    const page = toDryRunPage(query, { isDryRun: body.dry_run === true, hint: 'dry_run: true' });
    if (body.dry_run !== true) return toAccepted(await this.updates.start(body, author));
    const changes = await this.updates.validate(body);
    return toDryRunResponse(await this.dryRuns.run({ selector: body.selector, changes }, page));
  }

  @Get()
  @Access('platform_admin')
  @ApiOperation({ summary: 'List bulk operations, newest first' })
  @ApiAnswer(200, [BulkOperationResponse])
  list(@Query() query: PageQuery): Promise<Page<BulkOperation>> {
    return this.lists.list(query);
  }

  @Get(':id')
  @Access('platform_admin')
  @ApiOperation({ summary: 'Get a bulk operation and its progress' })
  @idParam
  @ApiAnswer(200, BulkOperationResponse)
  @ApiProblems('not-found')
  async get(@Param('id') id: string): Promise<BulkOperation> {
    return toBulkOperation(await this.updates.get(id));
  }

  @Get(':id/items')
  @Access('platform_admin')
  @ApiOperation({ summary: 'List the tenants of a bulk operation and their outcomes' })
  @idParam
  @ApiAnswer(200, [BulkItemResponse])
  @ApiProblems('not-found')
  async items(
    @Param('id') id: string,
    @Query() { outcome, ...page }: BulkItemsQuery,
  ): Promise<Page<BulkItem>> {
    await this.updates.get(id);
    return this.lists.listItems(id, outcome ?? null, page);
  }

  @Get(':id/preview')
  @Access('platform_admin')
  @ApiOperation({
    summary: 'What a bulk operation does to each of its tenants, in full',
    description:
      'Each tenant as it was when the operation began, under the plans and models of now: the result of a dry run, for every tenant. ' +
      'What became of the tenants is under `items`.',
  })
  @idParam
  @ApiAnswer(200, [BulkSampleResponse])
  @ApiProblems('not-found')
  async preview(@Param('id') id: string, @Query() query: PageQuery): Promise<Page<SampledTenant>> {
    return this.previews.list(await this.updates.get(id), query);
  }

  @Get(':id/events')
  @Access('platform_admin')
  @ApiOperation({
    summary: 'Follow a bulk operation as server-sent events',
    description: 'Sends `progress` events and finally `done`. The data of each event is the operation.',
  })
  @idParam
  @ApiEventStream(BulkOperationResponse)
  @ApiProblems('not-found')
  async events(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    sendEventStream(reply, this.progress.events(await this.updates.get(id)));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Access('platform_admin')
  @ApiOperation({
    summary:
      'Cancel a bulk operation before its next chunk. Changed tenants stay changed, the others have no outcome',
  })
  @idParam
  @ApiAnswer(200, BulkOperationResponse)
  @ApiProblems('not-found', 'conflict')
  async cancel(@Param('id') id: string, @CurrentPrincipal() author: Principal): Promise<BulkOperation> {
    return toBulkOperation(await this.updates.cancel(id, author));
  }

  @Post(':id/revert')
  @Access('platform_admin')
  @Idempotent()
  @NeedsRecentSignIn()
  @ApiOperation({ summary: 'Revert a bulk update, except for tenants that changed those settings since' })
  @idParam
  @ApiAnswer(202, BulkOperationResponse, { description: 'The operation was started. Location is its URL' })
  @ApiProblems('not-found', 'conflict')
  async revert(
    @Param('id') id: string,
    @Body() { reason }: RevertRequest,
    @CurrentPrincipal() author: Principal,
  ): Promise<Accepted<BulkOperation>> {
    return toAccepted(await this.updates.revert(id, author, reason));
  }
}

function toAccepted(operation: StoredBulkOperation): Accepted<BulkOperation> {
  return new Accepted(toBulkOperation(operation), `/${path}/${operation.id}`);
}
