import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Access } from '#tenancy';
import type { FastifyReply } from 'fastify';
import { TestConfiguration } from './test-configuration.service.js';
import { TestDocumentation } from './test.documentation.js';
import type { TestAnswer } from './test.response.js';
import { CurrentTester, type Tester } from './tester.js';

/** Tries settings of a tenant, for its own admins. */
@ApiTags('configuration')
@ApiBearerAuth()
@Controller('v1/config/test')
export class TenantTestController {
  constructor(private readonly tests: TestConfiguration) {}

  @Post()
  @Access('tenant_admin')
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
