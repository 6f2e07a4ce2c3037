import { type Role, isPlatformRole, roles } from '#http';
import { readClaim } from '../../authentication/jwt/jwt-claims.js';

/** The claims of a person, as the identity provider states them. */
export type Claims = Readonly<Record<string, unknown>>;

/** What a session may be opened for: a role at a tenant, or one of the platform. */
export interface Grant {
  readonly role: Role;
  /** null for the roles of the platform. */
  readonly tenantId: string | null;
  /** The mappings that give it, by id. */
  readonly mappingIds: readonly string[];
}

/** Whoever has the value in the claim may have the role. */
export interface GrantMapping {
  readonly id: string;
  readonly claim: string;
  /** With `*` at its end: every value that begins with the rest. */
  readonly value: string;
  readonly role: Role;
  readonly tenant_id: string | null;
}

/**
 * What the mappings give to a person, the platform's role first, then by tenant. Of the mappings of one claim that match a value, the most
 * exact one counts. Of several roles at one tenant, the strongest one counts.
 */
export function findGrants(claims: Claims, mappings: readonly GrantMapping[]): Grant[] {
  const matching = [...Map.groupBy(mappings, ({ claim }) => claim)].flatMap(([claim, ofClaim]) =>
    valuesOf(claims, claim).flatMap((value) => findMostExact(ofClaim, value)),
  );
  const byTenant = [...Map.groupBy(matching, ({ tenant_id: tenantId }) => tenantId)];
  const grants = byTenant.map(([tenantId, ofTenant]) => toStrongestGrant(tenantId, ofTenant));
  return grants.toSorted((a, b) => ((a.tenantId ?? '') < (b.tenantId ?? '') ? -1 : 1));
}

/** The claims that mappings look for and that the provider left out because they are too long (Entra ID: groups overage). */
export function findOmittedClaims(claims: Claims, paths: readonly string[]): string[] {
  const { _claim_names: names } = claims;
  if (typeof names !== 'object' || names === null) return [];
  const isOmitted = (path: string): boolean =>
    readClaim(claims, path) === undefined && readClaim(names, path) !== undefined;
  return paths.filter(isOmitted);
}

/** The texts of a claim: one, or those of a list. */
function valuesOf(claims: Claims, path: string): string[] {
  const claim = readClaim(claims, path);
  const values: unknown[] = Array.isArray(claim) ? claim : [claim];
  return values.filter((value) => typeof value === 'string');
}

function findMostExact(mappings: readonly GrantMapping[], value: string): readonly GrantMapping[] {
  const exact = mappings.filter((mapping) => mapping.value === value);
  if (exact.length > 0) return exact;
  const prefixes = mappings.filter((mapping) => isPrefixOf(mapping.value, value));
  const length = Math.max(...prefixes.map((mapping) => mapping.value.length));
  return prefixes.filter((mapping) => mapping.value.length === length);
}

function isPrefixOf(pattern: string, value: string): boolean {
  return pattern.endsWith('*') && value.startsWith(pattern.slice(0, -1));
}

function toStrongestGrant(tenantId: string | null, mappings: readonly GrantMapping[]): Grant {
  const role = roles.findLast((candidate) => mappings.some((mapping) => mapping.role === candidate))!;
  const giving = mappings.filter((mapping) => mapping.role === role);
  return { role, tenantId, mappingIds: giving.map(({ id }) => id) };
}

/** True if the grant is one that a connection of this tenant may give; null: a connection of the platform. */
export function mayGive(
  connectionTenantId: string | null,
  { role, tenantId }: Pick<Grant, 'role' | 'tenantId'>,
): boolean {
  if (connectionTenantId === null) return isPlatformRole(role) === (tenantId === null);
  return tenantId === connectionTenantId && !isPlatformRole(role);
}
