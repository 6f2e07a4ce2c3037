import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { InvalidInputError, NotFoundError } from '#kernel';
import { isSameIssuer } from '../claims/actor.js';
import { type Connection, ConnectionRepository } from './connection.repository.js';
import { throwNoConnection } from './connection-rules.js';

/** Finds the connection with which a person signs in. Disabled ones are not found. */
@Injectable()
export class ConnectionFinder {
  constructor(
    private readonly database: Database,
    private readonly repository: ConnectionRepository,
  ) {}

  /** The connections of the platform; those of tenants are no business of whoever asks. */
  async listPublic(): Promise<Connection[]> {
    return (await this.listEnabled()).filter(({ tenant_id: tenantId }) => tenantId === null);
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<Connection> {
    const found = await this.database.readAsPlatform(allTenants, () => this.repository.find(id));
    return found?.is_enabled ? found : throwNoConnection(id);
  }

  /**
   * The connection of the environment, or else the only one of the platform.
   *
   * @throws InvalidInputError when there are several. @throws NotFoundError when there is none.
   */
  async getDefault(): Promise<Connection> {
    const [first, another] = await this.listPublic();
    if (first === undefined) throw new NotFoundError('There is no identity connection to sign in with.');
    if (first.is_from_environment || another === undefined) return first;
    const message = 'connection is required, because there are several: see /v1/session/oidc/connections.';
    throw new InvalidInputError([{ field: 'connection', rule: 'required', message }]);
  }

  /** Of any tenant. */
  async listByIssuer(issuer: string): Promise<Connection[]> {
    return (await this.listEnabled()).filter((connection) => isSameIssuer(connection.issuer, issuer));
  }

  private async listEnabled(): Promise<Connection[]> {
    const connections = await this.database.readAsPlatform(allTenants, () => this.repository.list());
    return connections.filter(({ is_enabled: isEnabled }) => isEnabled);
  }
}
