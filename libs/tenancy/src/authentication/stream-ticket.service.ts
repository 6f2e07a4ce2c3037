import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Principal, Scope } from '#http';
import { Clock, UnauthenticatedError } from '#kernel';
import { type Credential, CredentialReader } from '../keys/credential-reader.js';
import { TenantReader } from '../tenants/tenant-reader.js';
import type { Authenticated } from './authenticator.js';

/** A ticket, and until when it opens streams. */
export interface StreamTicket {
  readonly ticket: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const windowMs = 3_600_000;
const ticketPattern = /^([a-z0-9]{8,32})\.(\d{1,9})\.([\w-]{22})$/;
/** What a ticket opens, if its key may do it. */
const ticketScopes: readonly Scope[] = ['config:read', 'flags:evaluate'];

/**
 * Tickets for streams whose clients cannot send headers, such as `EventSource`. A ticket is derived from the stored hash of an API key, so
 * every replica can check it, nothing is stored, and it ends with its key. It is the same for one key within an hour.
 *
 * ```ts
 * const issued = await tickets.issue(principal); // null for the caller with a JWT
 * ```
 */
@Injectable()
export class StreamTicketService {
  constructor(
    private readonly credentials: CredentialReader,
    private readonly tenants: TenantReader,
    private readonly clock: Clock,
  ) {}

  /** A ticket for one to two hours; null for a caller without an API key of a tenant. */
  async issue({ actor, subject, tenantId }: Principal): Promise<StreamTicket | null> {
    const entry =
      actor === `key:${subject}` && tenantId !== null ? await this.credentials.get(subject) : null;
    if (entry === null) return null;
    const window = windowAt(this.clock.now());
    const ticket = `${subject}.${window}.${sign(subject, window, entry.value)}`;
    return { ticket, expiresAt: (window + 2) * windowMs };
  }

  /**
   * The caller to whom a ticket was issued. It may only read.
   *
   * @param presentedAt When the ticket was presented, in milliseconds since the epoch. The key must be valid now.
   * @throws UnauthenticatedError
   */
  async authenticate(ticket: string, presentedAt = this.clock.now()): Promise<Authenticated> {
    const [, id, window, signature] = ticketPattern.exec(ticket) ?? [];
    if (!isOpen(Number(window), presentedAt)) throw invalidTicketError();
    const entry = await this.credentials.get(id!);
    if (entry === null || !isEqual(signature!, sign(id!, Number(window), entry.value)))
      throw invalidTicketError();
    return this.toAuthenticated(id!, entry.value);
  }

  private async toAuthenticated(
    id: string,
    { tenantId, name, scopes, expiresAt }: Credential,
  ): Promise<Authenticated> {
    const isExpired = expiresAt !== null && expiresAt <= this.clock.now();
    const tenant = isExpired || tenantId === null ? null : await this.tenants.find(tenantId);
    if (tenant === null) throw invalidTicketError();
    const credential = { name, expiresAt };
    return {
      principal: {
        actor: `key:${id}`,
        subject: id,
        role: 'member',
        tenantId,
        scopes: ticketScopes.filter((scope) => scopes === null || scopes.includes(scope)),
        credential,
      },
      tenant,
    };
  }
}

function windowAt(milliseconds: number): number {
  return Math.floor(milliseconds / windowMs);
}

/** A ticket is accepted in the hour in which it was issued, and in the next one. */
function isOpen(window: number, milliseconds: number): boolean {
  const age = windowAt(milliseconds) - window;
  return age === 0 || age === 1;
}

function sign(id: string, window: number, { secretSha256, tenantId }: Credential): string {
  const mac = createHmac('sha256', Buffer.from(secretSha256, 'hex'));
  return mac.update(`attune stream ticket ${id} ${tenantId} ${window}`).digest('base64url').slice(0, 22);
}

function isEqual(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(left), Buffer.from(right));
}

/** For the sender all reasons are the same. */
function invalidTicketError(): UnauthenticatedError {
  const message =
    'The stream ticket is not valid, or no longer. Get a new one with POST /v1/config/stream-ticket.';
  return new UnauthenticatedError(message, undefined, 'invalid_ticket');
}
