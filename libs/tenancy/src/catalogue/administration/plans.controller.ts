import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  AlsoCheck,
  ApiAnswer,
  ApiProblems,
  type Page,
  PageQuery,
  paginateInMemory,
  Access,
  CurrentPrincipal,
  type Principal,
  type ValidInput,
} from '#http';
import type { Plan } from '#settings';
import type { BlastRadiusReport } from '../blast-radius.js';
import { PlanResponse } from './catalogue.response.js';
import { PlanRequest } from './plan.request.js';
import { PlansService } from './plans.service.js';
import { ApiAnswerOrPreview, PreviewQuery, assertSameId, toPreviewPage } from './put-or-preview.js';

@ApiTags('platform: plans')
@ApiBearerAuth()
@Controller('v1/platform/plans')
export class PlansController {
  constructor(private readonly plans: PlansService) {}

  @Get()
  @Access('platform_admin')
  @ApiOperation({ summary: 'List plans' })
  @ApiAnswer(200, [PlanResponse])
  async list(@Query() query: PageQuery): Promise<Page<Plan>> {
    return paginateInMemory(await this.plans.list(), query);
  }

  @Get(':plan')
  @Access('platform_admin')
  @ApiOperation({ summary: 'One plan' })
  @ApiParam({ name: 'plan', example: 'pro' })
  @ApiAnswer(200, PlanResponse)
  @ApiProblems('not-found')
  get(@Param('plan') id: string): Promise<Plan> {
    return this.plans.get(id);
  }

  @Put(':plan')
  @Access('platform_admin')
  @AlsoCheck((controller: PlansController, { body, params }: ValidInput<PlanRequest>) =>
    controller.plans.assertValid({ ...emptyPlan, ...body, id: params['plan']! }),
  )
  @ApiOperation({ summary: 'Create or replace a plan' })
  @ApiParam({ name: 'plan', example: 'pro' })
  @ApiAnswerOrPreview(PlanResponse)
  async put(
    @Param('plan') id: string,
    @Query() query: PreviewQuery,
    @Body() body: PlanRequest,
    @CurrentPrincipal() author: Principal,
  ): Promise<Plan | BlastRadiusReport> {
    assertSameId(body, id);
    const plan: Plan = { ...body, id };
    const page = toPreviewPage(query);
    return query.preview ? this.plans.preview(plan, page) : this.plans.put(plan, author);
  }

  @Delete(':plan')
  @HttpCode(204)
  @Access('platform_admin')
  @ApiOperation({ summary: 'Delete a plan that no tenant has. The 409 lists the tenants that have it.' })
  @ApiParam({ name: 'plan', example: 'trial' })
  @ApiAnswer(204, null)
  @ApiProblems('not-found', 'conflict')
  delete(@Param('plan') id: string, @CurrentPrincipal() author: Principal): Promise<void> {
    return this.plans.delete(id, author);
  }
}

/** Stands for the fields that have errors themselves. */
const emptyPlan = { defaults: {}, allowed_tiers: [], allowed_models: [], ceilings: {}, locked_settings: [] };
