import type { IncomingHttpHeaders } from 'node:http';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { PreparedAnswer } from '#http';
import { Authenticator } from '#tenancy';
import type { FastifyInstance } from 'fastify';
import { configurationAnswer } from '../http/answer-configuration.js';
import { ConfigReader } from './config-reader.js';

/**
 * The short way for the one request that is made a thousand times as often as any other: `GET /v1/config` with a credential
 * that was checked before, of a tenant whose configuration is held. Its prepared bytes leave before the framework hears of it.
 * Whatever is not as plain as that goes on to the route, which decides alike.
 */
@Injectable()
export class WarmRead implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly authenticator: Authenticator,
    private readonly reader: ConfigReader,
  ) {}

  /** There is no HTTP where the services are used alone. */
  onModuleInit(): void {
    const server = this.host.httpAdapter?.getInstance<FastifyInstance>();
    server?.prepare('/v1/config', (headers) => this.answer(headers));
  }

  /** Any role of a tenant may read, a suspended tenant too. */
  private answer(headers: IncomingHttpHeaders): PreparedAnswer | undefined {
    // The route waits for that version, or refuses.
    if (headers['attune-min-config-version'] !== undefined) return undefined;
    const known = this.authenticator.known(headers.authorization);
    if (known === undefined || known.tenant === null) return undefined;
    const configuration = this.reader.warm(known.tenant.tenant_id);
    if (configuration === undefined) return undefined;
    const source = this.reader.sourceOf(configuration);
    const answer = configurationAnswer(configuration, { source, known: headers['if-none-match'] });
    return { ...answer, principal: known.principal };
  }
}
