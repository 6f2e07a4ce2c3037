import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblems, Access, IgnoreUndeclaredInput } from '#http';
import { NotFoundError } from '#kernel';
import { Metrics } from '#telemetry';
import type { FastifyReply } from 'fastify';
import { ApiConfig, apiConfig } from './configuration/api.config.js';

const example = '# TYPE config_updates_total counter\nconfig_updates_total{tenant_id="acme-law"} 7\n';

@ApiTags('health')
@IgnoreUndeclaredInput()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    @Inject(apiConfig.KEY) private readonly config: ApiConfig,
  ) {}

  @Get()
  @Access('public')
  @ApiOperation({
    summary: "This replica's metrics for Prometheus. If MANAGEMENT_PORT is set, they are only there",
  })
  @ApiResponse({
    status: 200,
    description: "Prometheus' text format",
    content: { 'text/plain': { schema: { type: 'string' }, example } },
  })
  @ApiProblems('not-found')
  async show(@Res() reply: FastifyReply): Promise<void> {
    if (this.config.managementPort !== null)
      throw new NotFoundError('Metrics are served on the management port.');
    const text = await this.metrics.toPrometheusText();
    void reply
      .header('cache-control', 'no-store')
      .header('content-type', this.metrics.contentType)
      .send(text);
  }
}
