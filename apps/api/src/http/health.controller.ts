import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer, JsonObjectField, EnumField, Access, IgnoreUndeclaredInput } from '#http';
import { UnavailableError } from '#kernel';
import { ReplicaState } from '#operations';
import { HealthChecks } from '#telemetry';

/** The state of the process. A load balancer sends requests only while it is `ready`. */
export class Readiness extends ReplicaState {
  override state: 'starting' | 'ready' | 'draining' = 'starting';

  /** A replica that began to drain while it started does not become ready. */
  markStarted(): void {
    if (this.state === 'starting') this.state = 'ready';
  }
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
  @ApiOperation({ summary: 'Answers 200 while the process runs; checks nothing else' })
  @ApiAnswer(200, LivenessResponse)
  live(): LivenessResponse {
    return { status: 'ok' };
  }

  @Get('ready')
  @Access('public')
  @ApiOperation({
    summary: 'Answers 200 when the replica accepts requests, and 503 while it starts or drains',
  })
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
