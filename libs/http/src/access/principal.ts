/** All roles. What each may do is written at `Role`. */
export const roles = ['member', 'tenant_admin', 'platform_reader', 'platform_admin'] as const;

/**
 * What a credential may do. A tenant admin may do all that a member may. The platform's roles belong to no tenant and have routes of their
 * own: an admin may call them all, a reader only those that read.
 */
export type Role = (typeof roles)[number];

/** True for the roles that belong to no tenant. */
export function isPlatformRole(role: Role): boolean {
  return role === 'platform_admin' || role === 'platform_reader';
}

/** All scopes of API keys. What each opens is declared with `@Access` on the routes. */
export const scopes = [
  'query',
  'retrieve',
  'documents:read',
  'documents:write',
  'config:read',
  'config:propose',
  'config:write',
  'usage:read',
  'flags:evaluate',
  'mcp',
  'keys:write',
] as const;

/** A part of what a role may do. An API key can be restricted to some of them. */
export type Scope = (typeof scopes)[number];

/** What a credential says of itself. */
interface CredentialSummary {
  /** The name of the key, or the claim `name` of the token. */
  readonly name: string | null;
  /** Milliseconds since the epoch; null for a key that never expires. */
  readonly expiresAt: number | null;
}

/** The session of the console by whose cookie a request came. */
interface PrincipalSession {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly signedInAt: number;
}

/** The caller of a request, as its credential names it. */
export interface Principal {
  /** `key:<id>`, `jwt:<sub>` or `operator`; the history and the audit log store it. */
  readonly actor: string;
  /** The key's id or the token's subject. */
  readonly subject: string;
  readonly role: Role;
  /** null for the platform's roles, which belong to no tenant. */
  readonly tenantId: string | null;
  /** The scopes that the key is restricted to; absent where the role alone decides. */
  readonly scopes?: readonly Scope[];
  /** Set for the caller of a request. */
  readonly credential?: CredentialSummary;
  /** Set where the credential is the cookie of a session. */
  readonly session?: PrincipalSession;
  /** The client's IP address, where it is known; the audit log keeps it. */
  readonly address?: string;
  /** Set for the caller of a request: what `X-Request-Id` names. */
  readonly requestId?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The access control sets it; absent on public routes. */
    principal?: Principal;
  }
}
