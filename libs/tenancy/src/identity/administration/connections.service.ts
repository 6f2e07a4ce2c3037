import { Injectable } from '@nestjs/common';
import { type Author, Database, allTenants } from '#database';
import { Egress } from '#egress';
import { type Page, type PageQuery, paginateInMemory } from '#http';
import { ConflictError, InvalidInputError } from '#kernel';
import { SessionService } from '../../sessions/session.service.js';
import { ClientSecrets } from '../connections/client-secrets.js';
import { endsSessions, environmentConnectionId, throwNoConnection } from '../connections/connection-rules.js';
import {
  type Connection,
  ConnectionRepository,
  type ConnectionValues,
} from '../connections/connection.repository.js';
import type { ConnectionRequest } from './connection.request.js';
import { type ConnectionResponse, toConnectionResponse } from './connection.response.js';
import { findConnectionErrors, findReplacementErrors, unknownTenantError } from './find-connection-errors.js';

const idPattern = /^[a-z0-9][a-z0-9-]{0,49}$/;
const defaultScopes = ['profile'];
const defaultClaim = 'groups';

/** Identity connections, as platform admins manage them. */
@Injectable()
export class ConnectionsService {
  constructor(
    private readonly database: Database,
    private readonly repository: ConnectionRepository,
    private readonly secrets: ClientSecrets,
    private readonly sessions: SessionService,
    private readonly egress: Egress,
  ) {}

  /** That of the environment first, then the oldest. @throws InvalidInputError when the cursor does not come from this list. */
  async list(query: PageQuery): Promise<Page<ConnectionResponse>> {
    const connections = await this.database.readAsPlatform(allTenants, () => this.repository.list());
    return paginateInMemory(connections.map(toConnectionResponse), query);
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<ConnectionResponse> {
    const found = await this.database.readAsPlatform(allTenants, () => this.repository.find(id));
    return toConnectionResponse(found ?? throwNoConnection(id));
  }

  /**
   * Creates or replaces a connection. If its provider or its client changes, or it is disabled, the sessions that it gave end.
   *
   * @throws InvalidInputError @throws ConflictError for the connection of the environment.
   */
  async put(id: string, request: ConnectionRequest, author: Author): Promise<ConnectionResponse> {
    this.assertValid(id, request);
    const { client_secret: secret } = request;
    const sealed = typeof secret === 'string' ? await this.secrets.seal(secret) : secret;
    const values = { ...toValues(id, request), client_secret: sealed };
    const work = () => this.replace(values, author);
    return toConnectionResponse(await this.database.asPlatform(allTenants, work, author));
  }

  private async replace(values: ConnectionValues, author: Author): Promise<Connection> {
    const stored = await this.repository.lock(values.id);
    if (stored === null) return this.create(values);
    if (stored.is_from_environment) throw environmentError();
    const errors = findReplacementErrors(stored, values);
    if (errors.length > 0) throw new InvalidInputError(errors);
    if (endsSessions(stored, values)) await this.sessions.end({ connection: values.id }, author);
    return this.repository.update(values);
  }

  private async create(values: ConnectionValues): Promise<Connection> {
    const { id, tenant_id: tenantId } = values;
    const isUnknown = tenantId !== null && (await this.repository.findUnknownTenants([tenantId])).length > 0;
    if (isUnknown) throw new InvalidInputError([unknownTenantError('tenant_id', tenantId)]);
    return (await this.repository.insert(values)) ?? throwJustCreated(id);
  }

  /** Deletes a connection with its mappings, and ends the sessions that it gave. @throws NotFoundError @throws ConflictError */
  async remove(id: string, author: Author): Promise<void> {
    const work = async (): Promise<void> => {
      const stored = (await this.repository.lock(id)) ?? throwNoConnection(id);
      if (stored.is_from_environment) throw environmentError();
      await this.sessions.end({ connection: id }, author);
      await this.repository.delete(id);
    };
    await this.database.asPlatform(allTenants, work, author);
  }

  /** @throws InvalidInputError with every error that the request alone shows. @throws ConflictError */
  assertValid(id: string, request: Partial<ConnectionRequest>): void {
    if (id === environmentConnectionId) throw environmentError();
    const errors = findConnectionErrors(request, this.egress);
    if (!idPattern.test(id)) {
      const message = 'The id of a connection must be 1 to 50 characters of a-z, 0-9 and -.';
      errors.push({ field: 'id', rule: 'pattern', message, value: id });
    }
    if (errors.length > 0) throw new InvalidInputError(errors);
  }
}

function toValues(id: string, request: ConnectionRequest): ConnectionValues {
  const { label, issuer, client_id, scopes = defaultScopes, claim = defaultClaim } = request;
  return {
    id,
    label,
    issuer,
    client_id,
    claim,
    tenant_id: request.tenant_id ?? null,
    scopes: [...new Set(['openid', ...scopes])],
    is_enabled: request.enabled ?? true,
    is_from_environment: false,
  };
}

function throwJustCreated(id: string): never {
  throw new ConflictError(`The identity connection ${id} was created a moment ago; read it and try again.`);
}

function environmentError(): ConflictError {
  return new ConflictError(
    `The connection ${environmentConnectionId} is the one of OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_ROLES_CLAIM and OIDC_SCOPES. Change these variables and restart the service; its mappings can be changed here.`,
  );
}
