import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type RequiredAccess, requiredAccessOf, tenantIdInPath } from '#http';
import { UnauthenticatedError } from '#kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { TenantReader } from '../tenants/tenant-reader.js';
import { type Authenticated, Authenticator } from './authenticator.js';
import { credentialOf } from '../credential/credential-header.js';
import { sessionTokenOf } from '../sessions/session-cookie.js';
import { assertSentByConsole, isBackgroundRead } from './console-evidence.js';
import { assertMayCall } from './may-call.js';
import { SessionAuthenticator } from './session-authenticator.js';
import { StreamTicketService } from './stream-ticket.service.js';

/**
 * Lets a request through to its route, or refuses it before its body is read: 401 without a valid credential, 403 when the role is too
 * low or a suspended tenant wants more than to read, 404 when the tenant in the path of a platform route does not exist. Synchronous for
 * a cached credential.
 */
@Injectable()
export class AccessControlService implements OnModuleInit {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly sessions: SessionAuthenticator,
    private readonly tickets: StreamTicketService,
    private readonly tenants: TenantReader,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  /** Does nothing where the services run without HTTP. */
  onModuleInit(): void {
    const server = this.adapterHost.httpAdapter?.getInstance<FastifyInstance>();
    server?.registerAccessControl((request, required) => this.admit(request, required));
  }

  /**
   * Checks the sender of a request again whose response stays open: the credential may have been revoked or have expired, the tenant
   * deleted. A ticket is checked as of `admittedAt`, when the request came.
   *
   * @throws What refuses the request now. @throws UnavailableError when it cannot be checked.
   */
  readmit(request: FastifyRequest, admittedAt: number): void | Promise<void> {
    const required = requiredAccessOf(request);
    return required === null ? undefined : this.admit(request, required, admittedAt);
  }

  /** @throws DomainError `unauthenticated`, `forbidden`, `tenant-suspended` or `not-found`. */
  private admit(
    request: FastifyRequest,
    required: RequiredAccess,
    admittedAt?: number,
  ): void | Promise<void> {
    const caller = this.authenticate(request, admittedAt);
    if (!(caller instanceof Promise)) return this.authorize(request, caller, required);
    return caller.then(
      (verified) => this.authorize(request, verified, required),
      (error: unknown) => logAndThrow(request, error),
    );
  }

  private authenticate(request: FastifyRequest, admittedAt?: number): Authenticated | Promise<Authenticated> {
    try {
      const credential = credentialOf(request.headers, request.routeOptions.config.keyHeader);
      return credential === undefined
        ? this.authenticateWithoutHeader(request, admittedAt)
        : this.authenticator.authenticate(credential);
    } catch (error) {
      return logAndThrow(request, error);
    }
  }

  /** By a ticket, or by the cookie of a session. A request with a credential in a header uses neither. */
  private authenticateWithoutHeader(
    request: FastifyRequest,
    admittedAt?: number,
  ): Authenticated | Promise<Authenticated> {
    const ticket = ticketOf(request);
    if (ticket !== undefined) return this.tickets.authenticate(ticket, admittedAt);
    const token = sessionTokenOf(request);
    if (token === undefined) return this.authenticator.authenticate(undefined);
    return this.sessions.authenticate(token, admittedAt === undefined && !isBackgroundRead(request));
  }

  private authorize(
    request: FastifyRequest,
    caller: Authenticated,
    required: RequiredAccess,
  ): void | Promise<void> {
    // Before any refusal, so that the access log names the caller.
    request.principal = caller.principal;
    if (caller.principal.session !== undefined) assertSentByConsole(request);
    assertMayCall(caller, required, request.method);
    const pathTenantId = caller.tenant === null ? tenantIdInPath(request) : undefined;
    return pathTenantId === undefined ? undefined : this.tenants.get(pathTenantId).then(() => undefined);
  }
}

/** The ticket of a request for a stream; undefined on every other route. */
function ticketOf({ query, routeOptions }: FastifyRequest): string | undefined {
  const { ticket } = query as Record<string, unknown>;
  return routeOptions.config.acceptsStreamTicket && typeof ticket === 'string' ? ticket : undefined;
}

/** The access log says why a credential was refused. */
function logAndThrow(request: FastifyRequest, error: unknown): never {
  if (error instanceof UnauthenticatedError) request.logFields = { unauthenticated: error.reason };
  throw error;
}
