import { Injectable } from '@nestjs/common';
import { type Author, Database, allTenants } from '#database';
import {
  type Page,
  type PageQuery,
  type Role,
  decodeCursor,
  defaultPageLimit,
  isTimestamp,
  toPage,
} from '#http';
import { Clock, isObjectId } from '#kernel';
import { maxSessionMs } from './session-lifetime.js';
import {
  type ProviderSession,
  type SessionFilter,
  type SessionRecord,
  SessionRepository,
} from './session.repository.js';
import { formatSessionToken, generateSessionToken, hashOfSecret } from './session-token.js';

/** Who signed in, and how. */
export interface SessionInput {
  /** `key:<id>`, `jwt:<sub>` or `operator`: the same as without a session. */
  readonly actor: string;
  readonly name: string | null;
  readonly role: Role;
  /** null exactly for the roles of the platform. */
  readonly tenantId: string | null;
  /** The API key that signed in; the session ends with it. */
  readonly keyId?: string;
  /** The identity connection that signed in. */
  readonly connection?: string;
  /** How the identity provider names its own session. */
  readonly sid?: string;
  /** When the identity provider asked the person to prove who they are; milliseconds since the epoch. */
  readonly authenticatedAt?: number;
  /** What the sign-out at the identity provider needs; at most 8192 characters. */
  readonly endSessionHint?: string;
  /** The session ends then at the latest; milliseconds since the epoch. */
  readonly mayLastUntil?: number | null;
  readonly address: string;
  /** The header `User-Agent`. */
  readonly agent?: string | undefined;
}

/** A new session. `token` is stored nowhere: only the browser's cookie has it. */
export interface OpenedSession {
  readonly id: string;
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const system: Author = { actor: 'system', role: 'system' };
const maxNameLength = 200;
const maxAgentLength = 300;

/**
 * Sessions of the console: opened by a sign-in, ended by a sign-out or by somebody else, listed. An ended session is refused by every
 * replica as soon as the change has reached it, normally within milliseconds.
 *
 * ```ts
 * const opened = await sessions.open({ actor: 'jwt:ada', name: 'Ada', role: 'member', tenantId: 'acme-law', address: '192.0.2.7' });
 * await sessions.end({ actor: 'jwt:ada' }, { actor: 'system', role: 'system' }); // 1
 * ```
 */
@Injectable()
export class SessionService {
  constructor(
    private readonly database: Database,
    private readonly repository: SessionRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Opens a session in a transaction of its own, for 12 hours at most.
   *
   * @throws UnavailableError when the database cannot be reached. @throws TenantNotFoundError when the tenant was just deleted.
   */
  async open(input: SessionInput): Promise<OpenedSession> {
    const token = generateSessionToken();
    const now = this.clock.now();
    const expiresAt = Math.min(now + maxSessionMs, input.mayLastUntil ?? Number.MAX_SAFE_INTEGER);
    const work = async (): Promise<void> => {
      await this.repository.prune(new Date(now));
      await this.repository.insert({
        ...toRow(input),
        id: token.id,
        secret_sha256: hashOfSecret(token.secret),
        created_at: new Date(now),
        last_seen_at: new Date(now),
        expires_at: new Date(expiresAt),
      });
    };
    const { tenantId, actor, role, address } = input;
    const author = { actor, role, address };
    await (tenantId === null
      ? this.database.asPlatform(allTenants, work, author)
      : this.database.asTenant(tenantId, work, author));
    return { id: token.id, token: formatSessionToken(token), expiresAt };
  }

  /**
   * Ends every session that matches all of the filter, and returns how many there were. Joins an open transaction of the platform.
   *
   * @throws Error for an empty filter, which would end every session.
   */
  end(filter: SessionFilter, author: Author): Promise<number> {
    if (Object.values(filter).every((value) => value === undefined))
      throw new Error('Name whose sessions end.');
    const work = () => this.repository.end(filter, new Date(this.clock.now()));
    return this.database.asPlatform(allTenants, work, author);
  }

  /** Ends the sessions that the identity provider has ended, and returns how many there were. */
  endBySid(connection: string, sid: string): Promise<number> {
    return this.end({ connection, sid }, system);
  }

  /**
   * The live sessions that match, newest first.
   *
   * @throws InvalidInputError when the cursor does not come from this list.
   */
  async list(
    filter: SessionFilter,
    { limit = defaultPageLimit, cursor }: PageQuery,
  ): Promise<Page<SessionRecord>> {
    const before = cursor === undefined ? null : decodeCursor(cursor, isTimestamp, isObjectId);
    const now = new Date(this.clock.now());
    const rows = await this.database.listAsPlatform(filter.tenantId ?? allTenants, () =>
      this.repository.list(filter, { now, limit: limit + 1, before }),
    );
    return toPage(rows, limit, {
      item: (row) => row,
      keys: ({ created_at: at, id }) => [at.toISOString(), id],
    });
  }

  /** What the sign-out at the identity provider needs; null if there is no such session. */
  findProviderSession(id: string): Promise<ProviderSession | null> {
    return this.database.readAsPlatform(allTenants, () => this.repository.findProviderSession(id));
  }
}

function toRow({ name, tenantId, keyId, agent, endSessionHint, authenticatedAt, ...input }: SessionInput) {
  const { actor, role, address, connection = null, sid = null } = input;
  return {
    actor,
    role,
    address,
    connection,
    sid,
    tenant_id: tenantId,
    key_id: keyId ?? null,
    authenticated_at: authenticatedAt === undefined ? null : new Date(authenticatedAt),
    end_session_hint: endSessionHint ?? null,
    name: cut(name, maxNameLength),
    agent: cut(agent ?? null, maxAgentLength),
  };
}

function cut(text: string | null, maxLength: number): string | null {
  return text === null ? null : text.slice(0, maxLength);
}
