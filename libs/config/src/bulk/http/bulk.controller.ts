import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Answer, EventStream, type Page, PageQuery, Problems, sendEvents } from '#http';
import { Access, CurrentPrincipal, Idempotent, type Principal } from '#tenancy';
import type { FastifyReply } from 'fastify';
import { BulkLists } from '../bulk-lists.service.js';
import type { BulkItem, BulkOperation } from '../bulk-operation.js';
import { type StoredOperation, shownOperation } from '../bulk-operation.repository.js';
import { BulkProgress } from '../bulk-progress.js';
import { BulkUpdates } from '../bulk-updates.service.js';
import { DryRuns } from '../dry-run.service.js';
import { BulkItemsQuery, BulkUpdateRequest, RevertRequest } from './bulk.request.js';
import { BulkItemAnswer, BulkOperationAnswer, DryRunAnswer, shownDryRun } from './bulk.response.js';

const path = 'v1/platform/bulk-updates';
const inPath = ApiParam({ name: 'id', example: '4f1c2a9b7d3e5f604f1c2a9b7d3e5f60' });

/** Many tenants at once, for platform admins. */
@ApiTags('platform: bulk updates')
@ApiBearerAuth()
@Controller(path)
export class BulkController {
  constructor(
    private readonly updates: BulkUpdates,
    private readonly dryRuns: DryRuns,
    private readonly lists: BulkLists,
    private readonly progress: BulkProgress,
  ) {}

  @Post()
  @HttpCode(202)
  @Access('platform_admin')
  @Idempotent()
  @ApiOperation({ summary: 'Change many tenants in the background, or only tell what would happen' })
  @Answer(202, BulkOperationAnswer, { description: 'It runs; Location names it' })
  @Answer(200, DryRunAnswer, { description: 'A dry run' })
  async start(
    @Body() body: BulkUpdateRequest,
    @CurrentPrincipal() author: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BulkOperation | DryRunAnswer> {
    if (body.dry_run !== true) return begun(await this.updates.start(body, author), reply);
    const changes = await this.updates.check(body);
    reply.status(200);
    return shownDryRun(await this.dryRuns.of(body.selector, changes));
  }

  @Get()
  @Access('platform_admin')
  @ApiOperation({ summary: 'List bulk operations, newest first' })
  @Answer(200, [BulkOperationAnswer])
  list(@Query() query: PageQuery): Promise<Page<BulkOperation>> {
    return this.lists.list(query);
  }

  @Get(':id')
  @Access('platform_admin')
  @ApiOperation({ summary: 'How a bulk operation is coming along' })
  @inPath
  @Answer(200, BulkOperationAnswer)
  @Problems('not-found')
  async get(@Param('id') id: string): Promise<BulkOperation> {
    return shownOperation(await this.updates.get(id));
  }

  @Get(':id/items')
  @Access('platform_admin')
  @ApiOperation({ summary: 'What became of each tenant' })
  @inPath
  @Answer(200, [BulkItemAnswer])
  @Problems('not-found')
  async items(
    @Param('id') id: string,
    @Query() { outcome, ...page }: BulkItemsQuery,
  ): Promise<Page<BulkItem>> {
    await this.updates.get(id);
    return this.lists.itemsOf(id, outcome ?? null, page);
  }

  @Get(':id/events')
  @Access('platform_admin')
  @ApiOperation({
    summary: 'The same as server-sent events',
    description: 'Events `progress` and, at the end, `done`, each with the operation as its data.',
  })
  @inPath
  @EventStream(BulkOperationAnswer)
  @Problems('not-found')
  async events(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    sendEvents(reply, this.progress.events(await this.updates.get(id)));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Access('platform_admin')
  @ApiOperation({ summary: 'Stop at the next chunk; what was done stays, the rest has no outcome' })
  @inPath
  @Answer(200, BulkOperationAnswer)
  @Problems('not-found', 'conflict')
  async cancel(@Param('id') id: string, @CurrentPrincipal() author: Principal): Promise<BulkOperation> {
    return shownOperation(await this.updates.cancel(id, author));
  }

  @Post(':id/revert')
  @HttpCode(202)
  @Access('platform_admin')
  @Idempotent()
  @ApiOperation({ summary: 'Take an update back where nobody changed those settings since' })
  @inPath
  @Answer(202, BulkOperationAnswer, { description: 'It runs; Location names it' })
  @Problems('not-found', 'conflict')
  async revert(
    @Param('id') id: string,
    @Body() { reason }: RevertRequest,
    @CurrentPrincipal() author: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BulkOperation> {
    return begun(await this.updates.revert(id, author, reason), reply);
  }
}

function begun(operation: StoredOperation, reply: FastifyReply): BulkOperation {
  reply.header('location', `/${path}/${operation.id}`);
  return shownOperation(operation);
}
