import { Readable } from 'node:stream';
import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer } from '#http';
import type { FastifyReply } from 'fastify';
import { Access } from '../access/access.js';
import { AuditLog } from './audit-log.service.js';
import { AuditAnswer, AuditQuery } from './audit.request.js';

const lines = 'application/x-ndjson';

@ApiTags('platform: audit')
@ApiBearerAuth()
@Controller('v1/platform/audit')
export class AuditController {
  constructor(private readonly log: AuditLog) {}

  /** A failure in the middle of an export breaks the connection off, so that a part is never taken for the whole. */
  @Get()
  @Access('platform_admin')
  @ApiOperation({
    summary: 'Administrative acts, newest first',
    description: `With \`Accept: ${lines}\` everything that matches, one entry a line, whatever \`limit\` says; an export that was broken off ends in a broken connection.`,
  })
  @Answer(200, [AuditAnswer])
  async list(
    @Query() query: AuditQuery,
    @Headers('accept') accepted: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    reply.header('cache-control', 'no-store').header('vary', 'accept');
    if (!wantsLines(accepted)) return void reply.send(await this.log.page(query));
    const entries = await this.log.export(query);
    reply.type(lines).send(Readable.from(entries));
  }
}

function wantsLines(accepted = ''): boolean {
  return accepted.split(',').some((range) => range.split(';')[0]!.trim().toLowerCase() === lines);
}
