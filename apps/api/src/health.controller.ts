import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer, JsonObjectField, EnumField, Access, IgnoreUndeclaredInput } from '#http';
import { UnavailableError } from '#kernel';
import { HealthChecks } from '#telemetry';

/** Whether a load balancer should send requests to this process: only while it is ready. */
export class Readiness {
  state: 'starting' | 'ready' | 'draining' = 'starting';
}

class LivenessResponse {
  @EnumField(['ok'], { example: 'ok' })
  status!: 'ok';
}

class ReadinessResponse {
  @EnumField(['ok', 'degraded'], { example: 'ok' })
  status!: 'ok' | 'degraded';

  @JsonObjectField({ example: { database: { status: 'ok', detail: null } } })
  checks!: object;
}

@ApiTags('health')
@IgnoreUndeclaredInput()
@Controller('health')
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly checks: HealthChecks,
  ) {}

  @Get('live')
  @Access('public')
  @ApiOperation({ summary: 'Whether the process runs; nothing else is asked' })
  @ApiAnswer(200, LivenessResponse)
  live(): LivenessResponse {
    return { status: 'ok' };
  }

  @Get('ready')
  @Access('public')
  @ApiOperation({ summary: 'Whether requests should be sent here: 503 while starting and draining' })
  @ApiAnswer(200, ReadinessResponse)
  @Header('cache-control', 'no-store')
  async ready(): Promise<ReadinessResponse> {
    const { state } = this.readiness;
    if (state !== 'ready') throw new UnavailableError(`The replica is ${state}.`, 1);
    const checks = await this.checks.runAll();
    const isDegraded = Object.values(checks).some(({ status }) => status === 'degraded');
    return { status: isDegraded ? 'degraded' : 'ok', checks };
  }
}
