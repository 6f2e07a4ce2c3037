import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiParam, ApiTags } from '@nestjs/swagger';
import { Access } from '#http';
import type { FastifyReply } from 'fastify';
import { PlaygroundService } from './playground.service.js';
import { PlaygroundDocumentation } from './playground.documentation.js';
import type { PlaygroundResponse } from './playground.response.js';
import { CurrentPlaygroundContext, type PlaygroundContext } from './playground-context.js';

/** Tries settings of any tenant, for platform admins. */
@ApiTags('platform: configuration')
@ApiBearerAuth()
@ApiParam({ name: 'tenant_id', example: 'acme-law' })
@Controller('v1/platform/tenants/:tenant_id/config/test')
export class PlatformPlaygroundController {
  constructor(private readonly playground: PlaygroundService) {}

  @Post()
  @Access('platform_admin')
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
