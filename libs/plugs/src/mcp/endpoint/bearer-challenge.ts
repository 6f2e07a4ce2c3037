import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { publicUrlOf } from '#http';
import { TenancyConfig, tenancyConfig } from '#tenancy';
import type { FastifyInstance } from 'fastify';

/**
 * A 401 of the endpoint names the metadata of the resource (RFC 9728 §5.1). Assistants without a field for a key find the identity
 * provider in it, and start their sign-in there.
 */
@Injectable()
export class BearerChallenge implements OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    @Inject(tenancyConfig.KEY) private readonly config: TenancyConfig,
  ) {}

  onModuleInit(): void {
    if (this.config.jwtIssuer === null) return;
    const server = this.adapterHost.httpAdapter?.getInstance<FastifyInstance>();
    server?.addHook('onSend', (request, reply, payload, done) => {
      if (reply.statusCode === 401 && request.routeOptions.url === '/mcp') {
        const url = `${publicUrlOf(request)}/.well-known/oauth-protected-resource/mcp`;
        void reply.header('www-authenticate', `Bearer realm="attune", resource_metadata="${url}"`);
      }
      done(null, payload);
    });
  }
}
