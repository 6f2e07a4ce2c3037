import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { ForbiddenError, TenantNotFoundError } from '#kernel';
import { type OpenedSession, SessionService } from '../../sessions/session.service.js';
import type { Grant } from '../claims/grants.js';
import { type Connection, ConnectionRepository } from '../connections/connection.repository.js';
import { GrantFinder } from './grant-finder.js';
import type { Identity } from './transaction.js';

/** The browser that signs in. */
export interface SignInClient {
  readonly address: string;
  /** The header `User-Agent`. */
  readonly agent: string | undefined;
}

/** Opens the session of a person who signed in at an identity provider. */
@Injectable()
export class SessionOpener {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionService,
    private readonly connections: ConnectionRepository,
    private readonly grants: GrantFinder,
  ) {}

  /** @throws ForbiddenError when what gives the role was taken away meanwhile. */
  async open(
    connection: Connection,
    identity: Identity,
    grant: Grant,
    client: SignInClient,
  ): Promise<OpenedSession> {
    const { actor, name, sid, logoutHint, authenticatedAt } = identity;
    const input = {
      actor,
      name,
      role: grant.role,
      tenantId: grant.tenantId,
      connection: connection.id,
      ...(sid === null ? {} : { sid }),
      ...(logoutHint === null ? {} : { endSessionHint: logoutHint }),
      ...(authenticatedAt === null ? {} : { authenticatedAt }),
      ...client,
    };
    const opened = await this.sessions.open(input).catch((error: unknown) => {
      throw error instanceof TenantNotFoundError ? takenAwayError() : error;
    });
    if (await this.isStillGiven(connection, grant)) return opened;
    await this.sessions.end({ id: opened.id }, { actor, role: grant.role, address: client.address });
    throw takenAwayError();
  }

  /**
   * Asked after the session is stored: whoever takes the mapping away locks the connection first and then ends the sessions that it gave,
   * this one among them, or has done so before this question and the answer is no.
   */
  private isStillGiven({ id, issuer, client_id: clientId }: Connection, grant: Grant): Promise<boolean> {
    return this.database.asPlatform(allTenants, async () => {
      const current = await this.connections.lock(id);
      if (current === null || !current.is_enabled) return false;
      const isSame = current.issuer === issuer && current.client_id === clientId;
      return isSame && this.grants.isStillGiven(current, grant);
    });
  }
}

function takenAwayError(): ForbiddenError {
  return new ForbiddenError('The role was taken away while you signed in. Sign in again.');
}
