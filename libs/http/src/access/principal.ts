/** All roles. What each may do is written at `Role`. */
export const roles = ['member', 'tenant_admin', 'platform_admin'] as const;

/** What a credential may do. A tenant admin may do all that a member may; a platform admin has routes of its own. */
export type Role = (typeof roles)[number];

/** The caller of a request, as its credential names it. */
export interface Principal {
  /** `key:<id>` or `jwt:<sub>`; the history and the audit log store it. */
  readonly actor: string;
  /** The key's id or the token's subject. */
  readonly subject: string;
  readonly role: Role;
  /** null for a platform admin, who belongs to no tenant. */
  readonly tenantId: string | null;
  /** The client's IP address, where it is known; the audit log keeps it. */
  readonly address?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The access control sets it; absent on public routes. */
    principal?: Principal;
  }
}
