import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, ApiAnswer, CurrentPrincipal, type Principal } from '#http';
import { UnavailableError } from '#kernel';
import { TenantReader } from '#tenancy';
import { type HourlyLimits, HourlyLimitsReader } from '../rate-limits/hourly-limits-reader.js';
import { SessionResponse } from './session.response.js';

/** What a role of the platform has. */
const noTenant = { plan: null, status: null, changes: null, tests: null };

/** Who am I? For every kind of credential. */
@ApiTags('session')
@ApiBearerAuth()
@Controller('v1/session')
export class SessionController {
  constructor(
    private readonly tenants: TenantReader,
    private readonly limits: HourlyLimitsReader,
  ) {}

  @Get()
  @Access('any')
  @ApiOperation({
    summary: 'Who the credential is: its role and tenant, and what is left of the hourly limits',
  })
  @ApiAnswer(200, SessionResponse)
  async read(@CurrentPrincipal() principal: Principal): Promise<SessionResponse> {
    const { actor, role, tenantId, scopes = null, credential } = principal;
    const { name = null, expiresAt = null } = credential ?? {};
    const { plan, status } = tenantId === null ? noTenant : await this.tenants.get(tenantId);
    const { changes, tests } = tenantId === null ? noTenant : await this.readLimits(tenantId);
    const expires_at = expiresAt === null ? null : new Date(expiresAt).toISOString();
    return {
      actor,
      name,
      role,
      tenant_id: tenantId,
      tenant_status: status,
      plan,
      scopes,
      changes,
      tests,
      expires_at,
    };
  }

  /** Who somebody is does not depend on what is left: without the database, the console can still show what is cached. */
  private async readLimits(tenantId: string): Promise<HourlyLimits> {
    try {
      return await this.limits.read(tenantId);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      return noTenant;
    }
  }
}
