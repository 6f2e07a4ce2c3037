import type { IncomingHttpHeaders } from 'node:http';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { PreparedResponse } from '#http';
import { Authenticator, credentialOf, mayCall } from '#tenancy';
import type { FastifyInstance } from 'fastify';
import { prepareConfiguration } from './send-configuration.js';
import { ConfigReader } from '../read/config-reader.js';

/** What this fast path answers for. `AccessDeclarationCheck` stops the start if the route ever requires more than `member`. */
const configRead = { role: 'member', scopes: ['config:read'], onlyReads: true } as const;

/**
 * The fast path for the most frequent request by far: `GET /v1/config` with a cached credential, of a tenant whose configuration is
 * cached. It sends the prepared bytes before the framework sees the request. Any other request goes on to the route, which decides by
 * the same rules.
 */
@Injectable()
export class PreparedConfigRoute implements OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly authenticator: Authenticator,
    private readonly reader: ConfigReader,
  ) {}

  /** Does nothing where the services run without HTTP. */
  onModuleInit(): void {
    const server = this.adapterHost.httpAdapter?.getInstance<FastifyInstance>();
    server?.registerFastPath('/v1/config', (headers) => this.prepare(headers));
  }

  private prepare(headers: IncomingHttpHeaders): PreparedResponse | undefined {
    // The route waits for that version, or refuses.
    if (headers['attune-min-config-version'] !== undefined) return undefined;
    const authenticated = this.authenticator.cached(credentialOf(headers));
    if (authenticated === undefined || authenticated.tenant === null) return undefined;
    if (!mayCall(authenticated, configRead, 'GET')) return undefined;
    const configuration = this.reader.peek(authenticated.tenant.tenant_id);
    if (configuration === undefined) return undefined;
    const source = this.reader.sourceOf(configuration);
    const answer = prepareConfiguration(configuration, { source, ifNoneMatch: headers['if-none-match'] });
    return { ...answer, principal: authenticated.principal };
  }
}
