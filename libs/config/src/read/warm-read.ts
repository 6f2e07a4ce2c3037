import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Authenticator } from '#tenancy';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ConfigReader } from './config-reader.js';
import { sendConfiguration } from '../http/answer-configuration.js';

/**
 * The short way for the one request that is made a thousand times as often as any other: `GET /v1/config` with a credential
 * that was checked before, of a tenant whose configuration is held. Its prepared bytes leave before Nest hears of it.
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
    server?.addHook('onRequest', (request, reply, done) => {
      const { method, url } = request.raw;
      if (url !== '/v1/config' || method !== 'GET' || !this.answers(request, reply)) done();
    });
  }

  /** Any role of a tenant may read, a suspended tenant too. */
  private answers(request: FastifyRequest, reply: FastifyReply): boolean {
    const { headers } = request;
    if (isBeyond(headers)) return false;
    const known = this.authenticator.known(headers.authorization);
    if (known === undefined || known.tenant === null) return false;
    const configuration = this.reader.warm(known.tenant.tenant_id);
    if (configuration === undefined) return false;
    request.principal = known.principal;
    const source = this.reader.sourceOf(configuration);
    sendConfiguration(reply, configuration, { source, known: headers['if-none-match'] });
    return true;
  }
}

/** Asks for what only the route itself looks at, or refuses. */
function isBeyond(headers: FastifyRequest['headers']): boolean {
  return (
    headers['attune-min-config-version'] !== undefined ||
    headers['content-length'] !== undefined ||
    headers['transfer-encoding'] !== undefined
  );
}
