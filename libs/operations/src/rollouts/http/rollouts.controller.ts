import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  ApiAnswer,
  type Page,
  PageQuery,
  ApiProblems,
  decodeCursor,
  defaultPageLimit,
  toPage,
  isTimestamp,
  Access,
  CurrentPrincipal,
  type Principal,
} from '#http';
import { isObjectId } from '#kernel';
import { Idempotent } from '#tenancy';
import { RolloutsService } from '../rollouts.service.js';
import { RolloutRequest, RolloutStepRequest } from './rollout.request.js';
import {
  RolloutDetailResponse,
  RolloutResponse,
  toRolloutDetailResponse,
  toRolloutResponse,
} from './rollout.response.js';

const idParam = ApiParam({ name: 'id', example: '9f2c7d1e5b8a4c3f9f2c7d1e5b8a4c3f' });

@ApiTags('platform: rollouts')
@ApiBearerAuth()
@Controller('v1/platform/rollouts')
export class RolloutsController {
  constructor(private readonly rollouts: RolloutsService) {}

  @Get()
  @Access('platform_admin')
  @ApiOperation({ summary: 'List rollouts, newest first' })
  @ApiAnswer(200, [RolloutResponse])
  async list(@Query() { limit = defaultPageLimit, cursor }: PageQuery): Promise<Page<RolloutResponse>> {
    const before = cursor === undefined ? null : decodeCursor(cursor, isTimestamp, isObjectId);
    const rows = await this.rollouts.list(limit + 1, before);
    return toPage(rows, limit, {
      item: toRolloutResponse,
      keys: ({ rollout }) => [rollout.created_at.toISOString(), rollout.id],
    });
  }

  @Post()
  @HttpCode(201)
  @Access('platform_admin')
  @Idempotent()
  @ApiOperation({
    summary: 'Give a change to a part of the tenants or of the queries first',
    description:
      'Nothing is stored with the tenants. Those that a bulk update would leave alone (`override_allowed: false`, approval needed, a ' +
      'setting that a file owns or the plan fixes) and those where the changes would be invalid take no part. A tenant is in one ' +
      'running rollout at most: another that can mean the same tenants is refused with 409.',
  })
  @ApiAnswer(201, RolloutDetailResponse)
  @ApiProblems('conflict')
  async start(
    @CurrentPrincipal() author: Principal,
    @Body() { name, selector, changes, unit, percentage, guardrails }: RolloutRequest,
  ): Promise<RolloutDetailResponse> {
    const { max_error_rate = null, max_p95_ms = null, min_samples } = guardrails;
    const { max_cost_ratio = null, max_fallback_rate = null } = guardrails;
    const limits = { max_error_rate, max_p95_ms, max_cost_ratio, max_fallback_rate, min_samples };
    const input = { name, selector, changes, unit, percentage, guardrails: limits };
    return toRolloutDetailResponse(await this.rollouts.start(input, author));
  }

  @Get(':id')
  @Access('platform_admin')
  @ApiOperation({ summary: 'One rollout, with what was measured and how its tenants stand to it' })
  @idParam
  @ApiAnswer(200, RolloutDetailResponse)
  @ApiProblems('not-found')
  async get(@Param('id') id: string): Promise<RolloutDetailResponse> {
    return toRolloutDetailResponse(await this.rollouts.get(id));
  }

  @Patch(':id')
  @Access('platform_admin')
  @ApiOperation({
    summary: 'Raise or lower the percentage',
    description:
      'Another percentage begins a new step: what the arms show, and min_samples, count from then on.',
  })
  @idParam
  @ApiAnswer(200, RolloutDetailResponse)
  @ApiProblems('not-found', 'conflict')
  async changePercentage(
    @Param('id') id: string,
    @CurrentPrincipal() author: Principal,
    @Body() { percentage }: RolloutStepRequest,
  ): Promise<RolloutDetailResponse> {
    return toRolloutDetailResponse(await this.rollouts.changePercentage(id, percentage, author));
  }

  @Post(':id/promote')
  @HttpCode(200)
  @Access('platform_admin')
  @Idempotent()
  @ApiOperation({
    summary: 'Make the changes settings of every tenant that the selector means',
    description:
      'In one transaction, each updated tenant with a new version (action `rollout`). For tenants whose changes need approval a change ' +
      'request is opened. It is a bulk operation too, named by `promotion.bulk_id`: that lists every tenant’s outcome and can be reverted.',
  })
  @idParam
  @ApiAnswer(200, RolloutDetailResponse)
  @ApiProblems('not-found', 'conflict')
  async promote(
    @Param('id') id: string,
    @CurrentPrincipal() author: Principal,
  ): Promise<RolloutDetailResponse> {
    return toRolloutDetailResponse(await this.rollouts.promote(id, author));
  }

  @Post(':id/abort')
  @HttpCode(200)
  @Access('platform_admin')
  @ApiOperation({ summary: 'End it: everybody is back on their own settings at once' })
  @idParam
  @ApiAnswer(200, RolloutDetailResponse)
  @ApiProblems('not-found', 'conflict')
  async abort(
    @Param('id') id: string,
    @CurrentPrincipal() author: Principal,
  ): Promise<RolloutDetailResponse> {
    return toRolloutDetailResponse(await this.rollouts.abort(id, author));
  }
}
