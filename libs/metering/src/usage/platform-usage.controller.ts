import { Readable } from 'node:stream';
import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access, AlsoCheck, ApiAnswer, type ValidInput, acceptedType } from '#http';
import { createRowWriter, usageTextTypes } from './platform-usage-text.js';
import { PlatformUsageQuery } from './platform-usage.request.js';
import { PlatformUsageRow } from './platform-usage.response.js';
import { PlatformUsageService } from './platform-usage.service.js';

@ApiTags('platform: usage')
@ApiBearerAuth()
@Controller('v1/platform/usage')
export class PlatformUsageController {
  constructor(private readonly usage: PlatformUsageService) {}

  @Get()
  @Access('platform_admin')
  @AlsoCheck((controller: PlatformUsageController, { query }: ValidInput<object, PlatformUsageQuery>) =>
    controller.usage.assertValid(query),
  )
  @ApiOperation({
    summary: 'The usage of all tenants, by tenant, plan, model or day',
    description:
      'Days are UTC days; `from` and `to` are both included. The default is the 30 days up to today, the maximum 366 days. With ' +
      '`Accept: text/csv` or `application/x-ndjson` the answer has all rows, without a `limit`.',
  })
  @ApiAnswer(200, [PlatformUsageRow])
  async report(
    @Query() query: PlatformUsageQuery,
    @Headers('accept') accepted: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    reply.header('cache-control', 'no-store').header('vary', 'accept');
    const type = acceptedType(accepted, usageTextTypes);
    if (type === null) return void reply.send(await this.usage.list(query));
    const chunks = await this.usage.export(query, createRowWriter(type));
    reply.type(type).send(Readable.from(chunks));
  }
}
