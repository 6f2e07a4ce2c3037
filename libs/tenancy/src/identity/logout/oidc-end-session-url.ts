import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { DomainError } from '#kernel';
import type { FastifyInstance } from 'fastify';
import * as openid from 'openid-client';
import type { ProviderSession } from '../../sessions/session.repository.js';
import { EndSessionUrl } from '../../sign-in/end-session-url.js';
import { ConnectionFinder } from '../connections/connection-finder.js';
import { IdentityProviders } from '../provider/identity-providers.js';

/** The page of the identity provider on which a person signs out there, too (OpenID Connect RP-Initiated Logout 1.0). */
@Injectable()
export class OidcEndSessionUrl extends EndSessionUrl {
  constructor(
    private readonly connections: ConnectionFinder,
    private readonly providers: IdentityProviders,
    private readonly adapterHost: HttpAdapterHost,
  ) {
    super();
  }

  async find({ connection, end_session_hint: hint }: ProviderSession): Promise<string | null> {
    if (connection === null) return null;
    try {
      const provider = await this.providers.of(await this.connections.get(connection));
      return this.addressAt(await provider.configuration(), hint);
    } catch (error) {
      if (error instanceof DomainError) return null;
      throw error;
    }
  }

  private addressAt(configuration: openid.Configuration, hint: string | null): string | null {
    if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
    const publicUrl = this.adapterHost.httpAdapter?.getInstance<FastifyInstance>().publicUrl ?? null;
    const parameters = {
      ...(publicUrl === null ? {} : { post_logout_redirect_uri: `${publicUrl}/` }),
      ...(hint === null ? {} : { logout_hint: hint }),
    };
    return openid.buildEndSessionUrl(configuration, parameters).href;
  }
}
