import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Access } from '#http';
import type { FastifyReply } from 'fastify';
import { PlaygroundService } from './playground.service.js';
import { PlaygroundDocumentation } from './playground.documentation.js';
import type { PlaygroundResponse } from './playground.response.js';
import { CurrentPlaygroundContext, type PlaygroundContext } from './playground-context.js';

/** Tries settings of a tenant, for its own admins. */
@ApiTags('configuration')
@ApiBearerAuth()
@Controller('v1/config/test')
export class TenantPlaygroundController {
  constructor(private readonly playground: PlaygroundService) {}

  @Post()
  @Access('tenant_admin')
  @PlaygroundDocumentation()
  async run(
    @CurrentPlaygroundContext() context: PlaygroundContext,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PlaygroundResponse> {
    const { version, answer } = await this.playground.run(context, body);
    reply.headers({ 'attune-config-version': version, 'attune-config-source': 'live' });
    return answer;
  }
}
