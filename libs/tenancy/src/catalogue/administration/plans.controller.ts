import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Database } from '#database';
import { ApiAnswer, type Page, PageQuery, ApiProblems } from '#http';
import { NotFoundError } from '#kernel';
import { Access, CurrentPrincipal } from '../../access/access.decorators.js';
import type { Principal } from '../../access/principal.js';
import { paginateInMemory } from './paginate-in-memory.js';
import { assertSameId } from './assert-same-id.js';
import type { BlastRadiusReport } from '../blast-radius.js';
import { ApiAnswerOrPreview, PreviewQuery } from './blast-radius.response.js';
import { type Plan, planIdPattern } from '#settings';
import { PlanReader } from '../plan-reader.js';
import { PlanRepository } from '../plan.repository.js';
import { PlanResponse, PlanRequest } from './plan.request.js';
import { PlansService } from './plans.service.js';

@ApiTags('platform: plans')
@ApiBearerAuth()
@Controller('v1/platform/plans')
export class PlansController {
  constructor(
    private readonly database: Database,
    private readonly reader: PlanReader,
    private readonly repository: PlanRepository,
    private readonly plans: PlansService,
  ) {}

  @Get()
  @Access('platform_admin')
  @ApiOperation({ summary: 'List plans' })
  @ApiAnswer(200, [PlanResponse])
  async list(@Query() query: PageQuery): Promise<Page<Plan>> {
    return paginateInMemory(await this.reader.list(), query);
  }

  @Get(':plan')
  @Access('platform_admin')
  @ApiOperation({ summary: 'One plan' })
  @ApiParam({ name: 'plan', example: 'pro' })
  @ApiAnswer(200, PlanResponse)
  @ApiProblems('not-found')
  async get(@Param('plan') id: string): Promise<Plan> {
    const found = planIdPattern.test(id)
      ? await this.database.readGlobal(() => this.repository.find(id))
      : null;
    if (!found) throw new NotFoundError(`There is no plan ${id.slice(0, 50)}.`);
    return found.value;
  }

  @Put(':plan')
  @Access('platform_admin')
  @ApiOperation({ summary: 'Create or replace a plan' })
  @ApiParam({ name: 'plan', example: 'pro' })
  @ApiAnswerOrPreview(PlanResponse)
  async put(
    @Param('plan') id: string,
    @Query() { preview }: PreviewQuery,
    @Body() body: PlanRequest,
    @CurrentPrincipal() author: Principal,
  ): Promise<Plan | BlastRadiusReport> {
    assertSameId(body, id);
    const plan: Plan = { ...body, id };
    return preview ? this.plans.preview(plan) : this.plans.put(plan, author);
  }
}
