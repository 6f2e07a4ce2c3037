import type { IncomingHttpHeaders } from 'node:http';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { PreparedResponse } from '#http';
import { Authenticator } from '#tenancy';
import type { FastifyInstance } from 'fastify';
import { prepareConfiguration } from './send-configuration.js';
import { ConfigReader } from '../read/config-reader.js';

/**
 * The short way for the one request that is made a thousand times as often as any other: `GET /v1/config` with a credential
 * that was checked before, of a tenant whose configuration is held. Its prepared bytes leave before the framework hears of it.
 * Whatever is not as plain as that goes on to the route, which decides alike.
 */
@Injectable()
export class PreparedConfigRoute implements OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly authenticator: Authenticator,
    private readonly reader: ConfigReader,
  ) {}

  /** There is no HTTP where the services are used alone. */
  onModuleInit(): void {
    const server = this.adapterHost.httpAdapter?.getInstance<FastifyInstance>();
    server?.registerFastPath('/v1/config', (headers) => this.prepare(headers));
  }

  /** Any role of a tenant may read, a suspended tenant too. */
  private prepare(headers: IncomingHttpHeaders): PreparedResponse | undefined {
    // The route waits for that version, or refuses.
    if (headers['attune-min-config-version'] !== undefined) return undefined;
    const authenticated = this.authenticator.cached(headers.authorization);
    if (authenticated === undefined || authenticated.tenant === null) return undefined;
    const configuration = this.reader.peek(authenticated.tenant.tenant_id);
    if (configuration === undefined) return undefined;
    const source = this.reader.sourceOf(configuration);
    const answer = prepareConfiguration(configuration, { source, ifNoneMatch: headers['if-none-match'] });
    return { ...answer, principal: authenticated.principal };
  }
}
