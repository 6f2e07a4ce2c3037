import { Body, Controller, Get, Patch, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer, RequestBody } from '#http';
import {
  Access,
  AnswerOrPreview,
  CurrentPrincipal,
  PreviewQuery,
  type Principal,
  type Radius,
} from '#tenancy';
import { FleetRadius } from '../preview/fleet-radius.js';
import { PlatformDefaults } from '../read/platform-defaults.js';
import { TenantSettings } from '../settings/tenant-settings.js';
import { DefaultsPatch } from './configuration.request.js';

@ApiTags('platform: defaults')
@ApiBearerAuth()
@Controller('v1/platform/defaults')
export class DefaultsController {
  constructor(
    private readonly defaults: PlatformDefaults,
    private readonly radius: FleetRadius,
  ) {}

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
  @AnswerOrPreview(TenantSettings)
  async change(
    @CurrentPrincipal() author: Principal,
    @Query() { preview }: PreviewQuery,
    @Body() body: unknown,
  ): Promise<TenantSettings | Radius> {
    if (preview) return this.radius.ofDefaults(await this.defaults.planned(body));
    return this.defaults.change(body, author);
  }
}
