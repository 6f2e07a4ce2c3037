import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Database } from '#database';
import { Answer, type Page, PageQuery, Problems } from '#http';
import { NotFoundError } from '#kernel';
import { Access, CurrentPrincipal } from '../access/access.js';
import type { Principal } from '../access/principal.js';
import { pageOfShortList } from '../catalogue/short-list.js';
import { checkSameId } from '../preview/same-id.js';
import type { Radius } from '../preview/blast-radius.js';
import { AnswerOrPreview, PreviewQuery } from '../preview/blast-radius.response.js';
import { type Plan, planId } from './plan.js';
import { PlanReader } from './plan-reader.js';
import { PlanRepository } from './plan.repository.js';
import { PlanAnswer, PlanRequest } from './plan.request.js';
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
  @Answer(200, [PlanAnswer])
  async list(@Query() query: PageQuery): Promise<Page<Plan>> {
    return pageOfShortList(await this.reader.list(), query);
  }

  @Get(':plan')
  @Access('platform_admin')
  @ApiOperation({ summary: 'One plan' })
  @ApiParam({ name: 'plan', example: 'pro' })
  @Answer(200, PlanAnswer)
  @Problems('not-found')
  async get(@Param('plan') id: string): Promise<Plan> {
    const found = planId.test(id) ? await this.database.readGlobal(() => this.repository.find(id)) : null;
    if (!found) throw new NotFoundError(`There is no plan ${id.slice(0, 50)}.`);
    return found.value;
  }

  @Put(':plan')
  @Access('platform_admin')
  @ApiOperation({ summary: 'Create or replace a plan' })
  @ApiParam({ name: 'plan', example: 'pro' })
  @AnswerOrPreview(PlanAnswer)
  async put(
    @Param('plan') id: string,
    @Query() { preview }: PreviewQuery,
    @Body() body: PlanRequest,
    @CurrentPrincipal() author: Principal,
  ): Promise<Plan | Radius> {
    checkSameId(body, id);
    const plan: Plan = { ...body, id };
    return preview ? this.plans.preview(plan) : this.plans.put(plan, author);
  }
}
