import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  Accepted,
  ApiAnswer,
  ApiEventStream,
  type Page,
  PageQuery,
  ApiProblems,
  sendEventStream,
  Access,
  CurrentPrincipal,
  type Principal,
} from '#http';
import { Idempotent } from '#tenancy';
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
import { DryRunService } from '../dry-run.service.js';
import { BulkItemsQuery, BulkUpdateRequest, RevertRequest } from './bulk.request.js';
import {
  BulkItemResponse,
  BulkOperationResponse,
  DryRunResponse,
  toDryRunResponse,
} from './bulk.response.js';

const path = 'v1/platform/bulk-updates';
const idParam = ApiParam({ name: 'id', example: '4f1c2a9b7d3e5f604f1c2a9b7d3e5f60' });

/** Many tenants at once, for platform admins. */
@ApiTags('platform: bulk updates')
@ApiBearerAuth()
@Controller(path)
export class BulkController {
  constructor(
    private readonly updates: BulkUpdatesService,
    private readonly dryRuns: DryRunService,
    private readonly lists: BulkListsService,
    private readonly progress: BulkProgressService,
  ) {}

  @Post()
  @HttpCode(200)
  @Access('platform_admin')
  @Idempotent()
  @ApiOperation({ summary: 'Change many tenants in the background, or only tell what would happen' })
  @ApiAnswer(202, BulkOperationResponse, { description: 'It runs; Location names it' })
  @ApiAnswer(200, DryRunResponse, { description: 'A dry run' })
  async start(
    @Body() body: BulkUpdateRequest,
    @CurrentPrincipal() author: Principal,
  ): Promise<Accepted<BulkOperation> | DryRunResponse> {
    if (body.dry_run !== true) return toAccepted(await this.updates.start(body, author));
    const changes = await this.updates.validate(body);
    return toDryRunResponse(await this.dryRuns.run(body.selector, changes));
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
  @ApiOperation({ summary: 'How a bulk operation is coming along' })
  @idParam
  @ApiAnswer(200, BulkOperationResponse)
  @ApiProblems('not-found')
  async get(@Param('id') id: string): Promise<BulkOperation> {
    return toBulkOperation(await this.updates.get(id));
  }

  @Get(':id/items')
  @Access('platform_admin')
  @ApiOperation({ summary: 'What became of each tenant' })
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

  @Get(':id/events')
  @Access('platform_admin')
  @ApiOperation({
    summary: 'The same as server-sent events',
    description: 'Events `progress` and, at the end, `done`, each with the operation as its data.',
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
  @ApiOperation({ summary: 'Stop at the next chunk; what was done stays, the rest has no outcome' })
  @idParam
  @ApiAnswer(200, BulkOperationResponse)
  @ApiProblems('not-found', 'conflict')
  async cancel(@Param('id') id: string, @CurrentPrincipal() author: Principal): Promise<BulkOperation> {
    return toBulkOperation(await this.updates.cancel(id, author));
  }

  @Post(':id/revert')
  @Access('platform_admin')
  @Idempotent()
  @ApiOperation({ summary: 'Take an update back where nobody changed those settings since' })
  @idParam
  @ApiAnswer(202, BulkOperationResponse, { description: 'It runs; Location names it' })
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
