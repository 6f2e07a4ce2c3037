import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type Author, Database, allTenants } from '#database';
import { SessionService } from '../../sessions/session.service.js';
import { type OidcOptions, TenancyConfig, tenancyConfig } from '../../tenancy.config.js';
import { type Connection, ConnectionRepository, type ConnectionValues } from './connection.repository.js';
import { endsSessions, environmentConnectionId } from './connection-rules.js';

const system: Author = { actor: 'system', role: 'system' };

/**
 * The connection of `OIDC_ISSUER`: it is stored at the start, as the environment says. Without the variables it is disabled and keeps its
 * mappings, so that a mistake in the environment does not delete them.
 */
@Injectable()
export class EnvironmentConnectionService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly repository: ConnectionRepository,
    private readonly sessions: SessionService,
    @Inject(tenancyConfig.KEY) private readonly config: TenancyConfig,
  ) {}

  onModuleInit(): Promise<void> {
    return this.database.runAtStartup(() =>
      this.database.asPlatform(allTenants, () => this.store(this.config.oidc), system),
    );
  }

  private async store(options: OidcOptions | null): Promise<void> {
    const stored = await this.repository.findOfEnvironment();
    const values = options === null ? toDisabled(stored) : toValues(options);
    if (values === null || (stored !== null && isSame(stored, values))) return;
    if (stored === null) return void (await this.repository.insert(values));
    if (endsSessions(stored, values)) await this.sessions.end({ connection: stored.id }, system);
    await this.repository.update(values);
  }
}

function toValues({ issuer, clientId, clientSecret, claim, scopes }: OidcOptions): ConnectionValues {
  return {
    id: environmentConnectionId,
    tenant_id: null,
    label: new URL(issuer).hostname.slice(0, 100),
    issuer,
    client_id: clientId,
    client_secret: null,
    has_client_secret: clientSecret !== null,
    scopes,
    claim,
    is_enabled: true,
    is_from_environment: true,
  };
}

function toDisabled(stored: Connection | null): ConnectionValues | null {
  return stored === null ? null : { ...stored, client_secret: null, is_enabled: false };
}

function isSame(stored: Connection, values: ConnectionValues): boolean {
  return describe(stored) === describe(values);
}

function describe(values: ConnectionValues): string {
  const { label, issuer, client_id, has_client_secret, scopes, claim, is_enabled } = values;
  return JSON.stringify([label, issuer, client_id, has_client_secret, scopes, claim, is_enabled]);
}
