import { Inject, Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { ForbiddenError, UnauthenticatedError } from '#kernel';
import type { JWTPayload } from 'jose';
import { principalFromClaims, readClaim } from '../../authentication/jwt/jwt-claims.js';
import { TenancyConfig, tenancyConfig } from '../../tenancy.config.js';
import { TenantReader } from '../../tenants/tenant-reader.js';
import { type Claims, type Grant, findGrants, findOmittedClaims, mayGive } from '../claims/grants.js';
import type { Connection } from '../connections/connection.repository.js';
import { type Mapping, MappingRepository } from '../connections/mapping.repository.js';

/** Decides which roles the claims of a person give. Without a mapping that matches: none. */
@Injectable()
export class GrantFinder {
  constructor(
    private readonly database: Database,
    private readonly mappings: MappingRepository,
    private readonly tenants: TenantReader,
    @Inject(tenancyConfig.KEY) private readonly config: TenancyConfig,
  ) {}

  /** The claims that decide, by their dotted paths. */
  async claimsLookedFor(connection: Connection): Promise<string[]> {
    return this.pathsOf(connection, await this.listMappings(connection));
  }

  /** At least one. @throws ForbiddenError that names the claims in which nothing was found. */
  async find(connection: Connection, claims: Claims): Promise<Grant[]> {
    const mappings = await this.listMappings(connection);
    const grants = this.countsClaimsOfTokens(connection, mappings)
      ? await this.findByTokenClaims(claims)
      : findGrants(
          claims,
          mappings.map((mapping) => ({ ...mapping, claim: mapping.claim ?? connection.claim })),
        );
    const given = grants.filter((grant) => mayGive(connection.tenant_id, grant));
    if (given.length > 0) return given;
    const paths = this.pathsOf(connection, mappings);
    const omitted = findOmittedClaims(claims, paths);
    throw omitted.length > 0 ? omittedError(omitted) : noGrantError(connection, paths);
  }

  /** True if what gave the grant is still there. Runs in the caller's transaction, which has locked the connection. */
  async isStillGiven(connection: Connection, { mappingIds }: Grant): Promise<boolean> {
    const mappings = await this.mappings.list(connection.id);
    if (mappingIds.length === 0) return this.countsClaimsOfTokens(connection, mappings);
    return mappings.some(({ id }) => mappingIds.includes(id));
  }

  private listMappings({ id }: Connection): Promise<Mapping[]> {
    return this.database.readAsPlatform(allTenants, () => this.mappings.list(id));
  }

  /** The claims of API tokens count only where the operator named the provider, and nobody wrote a mapping. */
  private countsClaimsOfTokens(connection: Connection, mappings: readonly Mapping[]): boolean {
    return connection.is_from_environment && mappings.length === 0;
  }

  private pathsOf(connection: Connection, mappings: readonly Mapping[]): string[] {
    if (this.countsClaimsOfTokens(connection, mappings))
      return [this.config.jwtRoleClaim, this.config.jwtTenantClaim];
    const paths = mappings.map(({ claim }) => claim ?? connection.claim);
    return [...new Set(paths.length === 0 ? [connection.claim] : paths)];
  }

  private async findByTokenClaims(claims: Claims): Promise<Grant[]> {
    const paths = { role: this.config.jwtRoleClaim, tenant: this.config.jwtTenantClaim };
    if (readClaim(claims, paths.role) === undefined) return [];
    try {
      const { role, tenantId } = principalFromClaims(claims as JWTPayload, paths);
      if (tenantId !== null && (await this.tenants.find(tenantId)) === null) return [];
      return [{ role, tenantId, mappingIds: [] }];
    } catch (error) {
      if (error instanceof UnauthenticatedError) return [];
      throw error;
    }
  }
}

function noGrantError({ label }: Connection, paths: readonly string[]): ForbiddenError {
  return new ForbiddenError(
    `You have signed in at ${label}, but nothing there gives you a role in Attune. Attune looked in the ${nameClaims(paths)}. Ask an administrator of Attune to map one of your values to a role.`,
  );
}

function omittedError(omitted: readonly string[]): ForbiddenError {
  return new ForbiddenError(
    `The identity provider left out the ${nameClaims(omitted)}, because you have more values than fit (_claim_names: "groups overage"). Ask its administrator to send only the groups that are assigned to the application, or to use roles of the application.`,
  );
}

function nameClaims(paths: readonly string[]): string {
  return `${paths.length === 1 ? 'claim' : 'claims'} ${paths.join(', ')}`;
}
