import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Controller, Get, Inject, type OnModuleInit, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblems, Access, IgnoreUndeclaredInput } from '#http';
import { NotFoundError } from '#kernel';
import { Metrics } from '#telemetry';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { ApiConfig, apiConfig } from '../configuration/api.config.js';

const example = '# TYPE config_updates_total counter\nconfig_updates_total{tenant_id="acme-law"} 7\n';

/** Metrics name tenants and what they spend. */
@ApiTags('health')
@ApiBearerAuth()
@IgnoreUndeclaredInput()
@Controller('metrics')
export class MetricsController implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly adapterHost: HttpAdapterHost,
    @Inject(apiConfig.KEY) private readonly config: ApiConfig,
  ) {}

  /** A Prometheus that has no key of the platform sends `METRICS_TOKEN`. */
  onModuleInit(): void {
    const { metricsToken } = this.config;
    if (metricsToken === null) return;
    const server = this.adapterHost.httpAdapter?.getInstance<FastifyInstance>();
    server?.registerAccessException('/metrics', ({ authorization }) =>
      isSameSecret(authorization, `Bearer ${metricsToken}`),
    );
  }

  @Get()
  @Access('platform_admin')
  @ApiOperation({
    summary: "This replica's metrics for Prometheus. If MANAGEMENT_PORT is set, they are only there",
    description:
      'The token of METRICS_TOKEN is accepted, too. With `Accept: application/openmetrics-text`, latencies have the ids of traces as exemplars.',
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
    const { text, contentType } = await this.metrics.scrape(reply.request.headers.accept);
    void reply.header('cache-control', 'no-store').header('content-type', contentType).send(text);
  }
}

function isSameSecret(sent: IncomingHttpHeaders['authorization'], expected: string): boolean {
  return sent !== undefined && timingSafeEqual(sha256(sent), sha256(expected));
}

function sha256(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
