import { Inject, Injectable } from '@nestjs/common';
import { Egress } from '#egress';
import { Clock } from '#kernel';
import { LRUCache } from 'lru-cache';
import { TenancyConfig, tenancyConfig } from '../../tenancy.config.js';
import { ClientSecrets } from '../connections/client-secrets.js';
import type { Connection } from '../connections/connection.repository.js';
import { IdentityProvider, type ProviderOptions } from './identity-provider.js';

const maxProviders = 1_000;

/** The identity providers of connections. What was discovered about one is remembered until its connection changes. */
@Injectable()
export class IdentityProviders {
  private readonly providers = new LRUCache<string, IdentityProvider>({ max: maxProviders });

  constructor(
    private readonly secrets: ClientSecrets,
    private readonly egress: Egress,
    private readonly clock: Clock,
    @Inject(tenancyConfig.KEY) private readonly config: TenancyConfig,
  ) {}

  /** Asks the provider nothing yet. */
  async of(connection: Connection): Promise<IdentityProvider> {
    const { id, issuer, client_id: clientId } = connection;
    const clientSecret = await this.secrets.find(connection);
    const options = { issuer, clientId, clientSecret, clockToleranceS: this.config.jwtClockToleranceS };
    const known = this.providers.get(id);
    if (known !== undefined && isSame(known.options, options)) return known;
    const provider = new IdentityProvider(options, this.egress, this.clock);
    this.providers.set(id, provider);
    return provider;
  }
}

function isSame(known: ProviderOptions, options: ProviderOptions): boolean {
  return (
    known.issuer === options.issuer &&
    known.clientId === options.clientId &&
    known.clientSecret === options.clientSecret
  );
}
