export const roles = ['member', 'tenant_admin', 'platform_admin'] as const;
export type Role = (typeof roles)[number];

/** Who asks, as the credential says. */
export interface Principal {
  /** `key:<id>` or `jwt:<sub>`, as the history and the audit log name it. */
  readonly actor: string;
  /** The key's id or the token's subject. */
  readonly subject: string;
  readonly role: Role;
  /** null for a platform admin, who belongs to no tenant. */
  readonly tenantId: string | null;
  /** Where the request came from, as far as it is known; the audit log keeps it. */
  readonly address?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard; absent on public routes. */
    principal?: Principal;
  }
}
