import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer, JsonObject, OneOf } from '#http';
import { UnavailableError } from '#kernel';
import { HealthChecks } from '#telemetry';
import { Access } from '#tenancy';
import { Readiness } from './readiness.js';

class LiveAnswer {
  @OneOf(['ok'], { example: 'ok' })
  status!: 'ok';
}

class ReadyAnswer {
  @OneOf(['ok', 'degraded'], { example: 'ok' })
  status!: 'ok' | 'degraded';

  @JsonObject({ example: { database: { status: 'ok', detail: null } } })
  checks!: object;
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly checks: HealthChecks,
  ) {}

  @Get('live')
  @Access('public')
  @ApiOperation({ summary: 'Whether the process runs; nothing else is asked' })
  @Answer(200, LiveAnswer)
  live(): LiveAnswer {
    return { status: 'ok' };
  }

  @Get('ready')
  @Access('public')
  @ApiOperation({ summary: 'Whether requests should be sent here: 503 while starting and draining' })
  @Answer(200, ReadyAnswer)
  @Header('cache-control', 'no-store')
  async ready(): Promise<ReadyAnswer> {
    const { state } = this.readiness;
    if (state !== 'ready') throw new UnavailableError(`The replica is ${state}.`, 1);
    const checks = await this.checks.results();
    const isDegraded = Object.values(checks).some(({ status }) => status === 'degraded');
    return { status: isDegraded ? 'degraded' : 'ok', checks };
  }
}
