import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiParam, ApiTags } from '@nestjs/swagger';
import { Access } from '#tenancy';
import type { FastifyReply } from 'fastify';
import { TestConfiguration } from './test-configuration.service.js';
import { TestDocumentation } from './test.documentation.js';
import type { TestAnswer } from './test.response.js';
import { CurrentTester, type Tester } from './tester.js';

/** Tries settings of any tenant, for platform admins. */
@ApiTags('platform: configuration')
@ApiBearerAuth()
@ApiParam({ name: 'tenant_id', example: 'acme-law' })
@Controller('v1/platform/tenants/:tenant_id/config/test')
export class PlatformTestController {
  constructor(private readonly tests: TestConfiguration) {}

  @Post()
  @Access('platform_admin')
  @TestDocumentation()
  async test(
    @CurrentTester() tester: Tester,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TestAnswer> {
    const { version, answer } = await this.tests.test(tester, body);
    reply.headers({ 'attune-config-version': version, 'attune-config-source': 'live' });
    return answer;
  }
}
