import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  AlsoCheck,
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
  type ValidInput,
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

/** Rollouts, for platform admins. */
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
  @AlsoCheck((controller: RolloutsController, { body }: ValidInput<RolloutRequest>) =>
    controller.rollouts.assertValid(body),
  )
  @ApiOperation({
    summary: 'Start a rollout: a part of the tenants or queries gets a change first',
    description:
      'The tenants’ own settings stay as they are. Tenants do not take part if a bulk update would not change them ' +
      '(`override_allowed: false`, approval needed, a setting that a file owns or the plan locks) or if the changes would be invalid ' +
      'for them. A tenant is in one running rollout at most: a second one that can select the same tenants is refused with 409.',
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
  @ApiOperation({ summary: 'Get a rollout with its measurements and the eligibility of its tenants' })
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
      'A new percentage starts a new step: the measurements of the arms, and min_samples, count from then on.',
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
    summary: 'Promote a rollout: its changes become settings of every tenant that the selector matches',
    description:
      'All changes are made in one transaction, and each updated tenant gets a new version (action `rollout`). For tenants whose changes ' +
      'need approval, a change request is opened. The promotion is also a bulk operation, with the id `promotion.bulk_id`: it lists the ' +
      'outcome of every tenant and can be reverted.',
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
  @ApiOperation({ summary: 'Abort a rollout: every tenant has its own settings again at once' })
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
