import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  Accepted,
  Access,
  ApiAnswer,
  ApiProblems,
  ApiRequestBody,
  CurrentPrincipal,
  CurrentTenant,
  type Principal,
} from '#http';
import { Idempotent } from '#tenancy';
import { ReplayRequest } from './replay.request.js';
import { ReplayResponse, toReplayResponse } from './replay.response.js';
import { ReplayService } from './replay.service.js';

const idParam = { name: 'id', example: '4f1c2a9b7d3e5f60' };

@ApiTags('configuration')
@ApiBearerAuth()
@Controller('v1/config')
export class ReplayController {
  constructor(private readonly replays: ReplayService) {}

  @Post('replay')
  @HttpCode(202)
  @Access('tenant_admin', { scope: ['config:propose', 'config:write'] })
  @Idempotent()
  @ApiOperation({
    summary: 'Ask logged questions again, under settings that are not saved',
    description:
      'In the background: each question is asked under the settings of today and under the patch, and metered as two queries. Needs `log_questions`.',
  })
  @ApiRequestBody(ReplayRequest, { patch: { retrieval_top_k: 8 }, last: 20 })
  @ApiAnswer(202, ReplayResponse)
  @ApiProblems('conflict')
  async start(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
    @Body() body: unknown,
  ): Promise<Accepted<ReplayResponse>> {
    const started = await this.replays.start(tenantId, author, body);
    return new Accepted(toReplayResponse(started), `/v1/config/replays/${started.replay.id}`);
  }

  @Get('replays/:id')
  @Access('tenant_admin', { scope: 'config:read' })
  @ApiOperation({ summary: 'Read a replay: how far it is, and its results' })
  @ApiParam(idParam)
  @ApiAnswer(200, ReplayResponse)
  @ApiProblems('not-found')
  async get(@CurrentTenant() tenantId: string, @Param('id') id: string): Promise<ReplayResponse> {
    return toReplayResponse(await this.replays.get(tenantId, id));
  }

  @Post('replays/:id/cancel')
  @HttpCode(200)
  @Access('tenant_admin', { scope: ['config:propose', 'config:write'] })
  @ApiOperation({ summary: 'Cancel a replay. Results that are there stay' })
  @ApiParam(idParam)
  @ApiAnswer(200, ReplayResponse)
  @ApiProblems('not-found')
  async cancel(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
    @Param('id') id: string,
  ): Promise<ReplayResponse> {
    return toReplayResponse(await this.replays.cancel(tenantId, id, author));
  }
}
