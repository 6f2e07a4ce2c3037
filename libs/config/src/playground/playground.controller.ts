import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiConsumes, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Access, ApiAnswer, ApiProblems, ApiRequestBody, rateLimitHeaders } from '#http';
import type { FastifyReply } from 'fastify';
import { CurrentPlaygroundContext, type PlaygroundContext } from './playground-context.js';
import { PlaygroundRateLimit } from '../rate-limits/playground-rate-limit.js';
import { PlaygroundRequest } from './playground.request.js';
import { PlaygroundResponse } from './playground.response.js';
import { PlaygroundService } from './playground.service.js';

const requestExample = {
  model_name: 'gpt-4',
  temperature: 0.3,
  question: 'May I sell software that contains code under the GPL?',
  compare: false,
};

/** Tries settings of a tenant, for its own admins and for platform admins. */
@ApiTags('configuration', 'platform: configuration')
@ApiBearerAuth()
@ApiParam({ name: 'tenant_id', example: 'acme-law' })
@Controller(['v1/config/test', 'v1/platform/tenants/:tenant_id/config/test'])
export class PlaygroundController {
  constructor(
    private readonly playground: PlaygroundService,
    private readonly rateLimit: PlaygroundRateLimit,
  ) {}

  @Post()
  @HttpCode(200)
  @Access(
    { tenant: 'tenant_admin', platform: 'platform_admin' },
    { scope: ['config:propose', 'config:write'] },
  )
  @ApiOperation({
    summary: 'Ask a question under settings that are not saved',
    description:
      'The body is that of a PATCH, with a question. The service checks it like the PATCH, runs a real query under the resulting ' +
      "settings, and saves nothing. `compare: true` also asks the question under today's settings.",
  })
  @ApiConsumes('application/json', 'application/merge-patch+json')
  @ApiRequestBody(PlaygroundRequest, requestExample)
  @ApiAnswer(200, PlaygroundResponse, {
    headers: ['Attune-Config-Version', 'Attune-Config-Source', 'RateLimit', 'RateLimit-Policy'],
  })
  @ApiProblems('rate-limited', 'quota-exceeded', 'budget-exceeded', 'upstream-failed', 'upstream-timeout')
  async run(
    @CurrentPlaygroundContext() context: PlaygroundContext,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PlaygroundResponse> {
    const { version, answer } = await this.playground.run(context, body);
    reply.headers({ 'attune-config-version': version, 'attune-config-source': 'live' });
    await this.addRateLimit(reply, context);
    return answer;
  }

  /** The question is answered, so an outage now must not turn the answer into an error. */
  private async addRateLimit(reply: FastifyReply, { tenantId, author }: PlaygroundContext): Promise<void> {
    if (author.role === 'platform_admin') return;
    const status = await this.rateLimit.findStatus(tenantId).catch(() => null);
    if (status) reply.headers(rateLimitHeaders(status));
  }
}
