import { Body, Controller, Get, Patch, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer, NoQuery, RequestBody } from '#http';
import { Access, CurrentPrincipal, type Principal } from '#tenancy';
import { PlatformDefaults } from '../read/platform-defaults.js';
import { TenantSettings } from '../settings/tenant-settings.js';
import { DefaultsPatch } from './configuration.request.js';

@ApiTags('platform: defaults')
@ApiBearerAuth()
@Controller('v1/platform/defaults')
export class DefaultsController {
  constructor(private readonly defaults: PlatformDefaults) {}

  @Get()
  @Access('platform_admin')
  @ApiOperation({ summary: "The platform's defaults, the lowest layer" })
  @Answer(200, TenantSettings)
  read(): Promise<TenantSettings> {
    return this.defaults.current();
  }

  @Patch()
  @Access('platform_admin')
  @ApiOperation({ summary: "Change the platform's defaults; null restores Attune's own" })
  @RequestBody(DefaultsPatch, { temperature: 0.5 })
  @Answer(200, TenantSettings)
  change(
    @CurrentPrincipal() { actor }: Principal,
    @Query() _none: NoQuery,
    @Body() body: unknown,
  ): Promise<TenantSettings> {
    return this.defaults.change(body, actor);
  }
}
