import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access, ApiFile, ApiProblems, CurrentPrincipal, type Principal } from '#http';
import { NeedsRecentSignIn } from '#tenancy';
import { BackupService } from './backup.service.js';

const type = 'application/gzip';

@ApiTags('platform: overview')
@ApiBearerAuth()
@Controller('v1/platform/backup')
export class BackupController {
  constructor(private readonly backups: BackupService) {}

  /** Not a GET, although it changes nothing: a `platform_reader` must not have it. */
  @Post()
  @HttpCode(200)
  @Access('platform_admin')
  @NeedsRecentSignIn()
  @ApiOperation({
    summary: 'A backup of the embedded database',
    description:
      'A gzipped tar of its files, while the service runs. It has the data of every tenant: keep it as you keep the database. On Postgres the answer is 409.',
  })
  @ApiFile(type)
  @ApiProblems('conflict')
  async create(@CurrentPrincipal() author: Principal, @Res() reply: FastifyReply): Promise<void> {
    const backup = await this.backups.create(author);
    reply
      .header('cache-control', 'no-store')
      .header('content-disposition', 'attachment; filename="attune-backup.tar.gz"')
      .header('content-length', backup.size)
      .type(type)
      .send(Readable.fromWeb(backup.stream() as ReadableStream));
  }
}
