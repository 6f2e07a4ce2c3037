import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Database, allTenants } from '#database';
import { Answer, NoQuery, type Page, PageQuery, Problems } from '#http';
import { InvalidInputError, NotFoundError } from '#kernel';
import { Access } from '../access/access.js';
import { pageOfShortList } from '../catalogue/short-list.js';
import { type Plan, planId } from './plan.js';
import { PlanReader } from './plan-reader.js';
import { PlanRepository } from './plan.repository.js';
import { PlanAnswer, PlanRequest } from './plan.request.js';
import { SettingRules } from './setting-rules.js';

@ApiTags('platform: plans')
@ApiBearerAuth()
@Controller('v1/platform/plans')
export class PlansController {
  constructor(
    private readonly database: Database,
    private readonly plans: PlanReader,
    private readonly repository: PlanRepository,
    private readonly rules: SettingRules,
  ) {}

  @Get()
  @Access('platform_admin')
  @ApiOperation({ summary: 'List plans' })
  @Answer(200, [PlanAnswer])
  async list(@Query() query: PageQuery): Promise<Page<Plan>> {
    return pageOfShortList(await this.plans.list(), query);
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
  @Answer(200, PlanAnswer)
  async put(@Param('plan') id: string, @Query() _none: NoQuery, @Body() body: PlanRequest): Promise<Plan> {
    const plan: Plan = { id, ...body };
    const faults = [...idFaults(id), ...(await this.rules.planFaults(plan))];
    if (faults.length > 0) throw new InvalidInputError(faults);
    return (await this.database.asPlatform(allTenants, () => this.repository.put(plan))).value;
  }
}

function idFaults(id: string): { field: string; rule: 'pattern'; message: string; value: string }[] {
  if (planId.test(id)) return [];
  return [{ field: 'plan', rule: 'pattern', message: "A plan's id is 1 to 50 of a-z 0-9 -.", value: id }];
}
