import { Readable } from 'node:stream';
import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AlsoCheck, ApiAnswer, Access, type ValidInput, acceptedType } from '#http';
import type { FastifyReply } from 'fastify';
import { AuditReader } from './audit-reader.js';
import { AuditQuery } from './audit.request.js';
import { AuditEntryResponse } from './audit.response.js';

const ndjson = 'application/x-ndjson';

@ApiTags('platform: audit')
@ApiBearerAuth()
@Controller('v1/platform/audit')
export class AuditController {
  constructor(private readonly auditLog: AuditReader) {}

  /** A failure in the middle of an export breaks the connection, so that the client does not take a part for the whole. */
  @Get()
  @Access('platform_admin')
  @AlsoCheck((controller: AuditController, { query }: ValidInput<object, AuditQuery>) =>
    controller.auditLog.assertValid(query),
  )
  @ApiOperation({
    summary: 'Administrative acts, newest first',
    description: `With \`Accept: ${ndjson}\` the answer has all matching entries, one a line, without a \`limit\`. If an export fails, the connection breaks.`,
  })
  @ApiAnswer(200, [AuditEntryResponse])
  async list(
    @Query() query: AuditQuery,
    @Headers('accept') accepted: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    reply.header('cache-control', 'no-store').header('vary', 'accept');
    if (acceptedType(accepted, [ndjson]) === null) return void reply.send(await this.auditLog.list(query));
    const entries = await this.auditLog.export(query);
    reply.type(ndjson).send(Readable.from(entries));
  }
}
