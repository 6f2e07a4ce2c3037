import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer } from '#http';
import { Access, CurrentTenant } from '#tenancy';
import { layersOf } from '../read/compiled-configuration.js';
import { ConfigReader } from '../read/config-reader.js';
import { settingsSchema } from '../settings/json-schema.js';
import { SchemaAnswer } from './configuration.response.js';

@ApiTags('configuration')
@ApiBearerAuth()
@Controller('v1/config/schema')
export class SchemaController {
  constructor(private readonly reader: ConfigReader) {}

  @Get()
  @Access('member')
  @ApiOperation({ summary: "JSON Schema of the settings, with the bounds of this tenant's plan" })
  @Answer(200, SchemaAnswer)
  async schema(@CurrentTenant() tenantId: string): Promise<object> {
    const { parts } = await this.reader.current(tenantId);
    return settingsSchema(layersOf(parts));
  }
}
