import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#database';
import { TenancyConfig, tenancyConfig } from '../../tenancy.config.js';
import { type Connection, ConnectionRepository } from './connection.repository.js';
import { SealingService } from '../sealing/sealing.service.js';

const purpose = 'client secret';

/** The secrets of clients: that of the environment stays there, the others are stored sealed. */
@Injectable()
export class ClientSecrets {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionRepository,
    private readonly sealing: SealingService,
    @Inject(tenancyConfig.KEY) private readonly config: TenancyConfig,
  ) {}

  /** Null: a public client. @throws Error when the stored secret was sealed with another key. */
  async find({ id, is_from_environment: isFromEnvironment }: Connection): Promise<string | null> {
    if (isFromEnvironment) return this.config.oidc?.clientSecret ?? null;
    const sealed = await this.database.asSignIn(() => this.connections.findClientSecret(id));
    const secret = sealed === null ? null : await this.sealing.open(sealed, purpose);
    if (sealed !== null && typeof secret !== 'string')
      throw new Error(`The secret of the identity connection ${id} cannot be opened; write it again.`);
    return secret as string | null;
  }

  seal(secret: string): Promise<Buffer> {
    return this.sealing.seal(secret, purpose);
  }
}
