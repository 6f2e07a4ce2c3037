import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiAnswer, Access, CurrentTenant } from '#http';
import { toLayers } from '../compile/compiled-configuration.js';
import { ConfigReader } from '../read/config-reader.js';
import { settingsSchema } from '#settings';
import { SchemaResponse } from './configuration.response.js';

@ApiTags('configuration', 'platform: configuration')
@ApiBearerAuth()
@ApiParam({ name: 'tenant_id', example: 'acme-law' })
@Controller(['v1/config/schema', 'v1/platform/tenants/:tenant_id/config/schema'])
export class SettingsSchemaController {
  constructor(private readonly reader: ConfigReader) {}

  @Get()
  @Access({ tenant: 'member', platform: 'platform_admin' }, { scope: 'config:read' })
  @ApiOperation({ summary: "JSON Schema of the settings, with the bounds of this tenant's plan" })
  @ApiAnswer(200, SchemaResponse)
  async schema(@CurrentTenant() tenantId: string): Promise<object> {
    const { inputs } = await this.reader.current(tenantId);
    return { ...settingsSchema(toLayers(inputs)), 'x-approval-required': inputs.tenant.approval_required };
  }
}
