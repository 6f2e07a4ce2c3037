import { Readable } from 'node:stream';
import { Body, Controller, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  Access,
  ApiNdjson,
  CurrentPrincipal,
  NdjsonBody,
  type NdjsonLine,
  type Principal,
  ndjsonType,
} from '#http';
import { toAttempt } from '../../idempotency/idempotency.interceptor.js';
import { TenantRequest } from '../tenant.request.js';
import { ImportedLineResponse } from './tenant-import.response.js';
import { type ImportedLine, TenantImportService } from './tenant-import.service.js';

const maxLines = 10_000;
const limits = { maxBytes: 16 * 1024 * 1024, maxLines };

@ApiTags('platform: tenants')
@ApiBearerAuth()
@Controller('v1/platform/tenants/import')
export class TenantImportController {
  constructor(private readonly tenants: TenantImportService) {}

  @Post()
  @Access('platform_admin')
  @NdjsonBody(limits)
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'The same lines with the same key, within 24 hours: tenants that were created are answered as the first time, and the rest is done.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  })
  @ApiOperation({
    summary: 'Create many tenants',
    description:
      `The body has one tenant a line, as \`POST /v1/platform/tenants\` takes it; at most ${maxLines} lines and 16 MiB. The answer has one ` +
      'line for each, in the same order, written as soon as the tenant was created: `line` (its number, from 1), and the `status` and ' +
      'the `body` that `POST` would answer, the tenant with its first key or a problem. A line that is refused does not stop the ' +
      'others. The answer is complete only if it has as many lines as the body.',
  })
  @ApiNdjson({ request: TenantRequest, answer: ImportedLineResponse })
  async import(
    @Body() lines: readonly NdjsonLine[] | undefined,
    @CurrentPrincipal() author: Principal,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const attempt = await toAttempt(request, null);
    const imported = this.tenants.import(lines ?? [], { attempt, author, requestId: request.id });
    reply
      .header('cache-control', 'no-store')
      .type(ndjsonType)
      .status(200)
      .send(Readable.from(toText(imported)));
  }
}

async function* toText(imported: AsyncIterable<ImportedLine>): AsyncGenerator<string> {
  for await (const line of imported) yield `${JSON.stringify(line)}\n`;
}
