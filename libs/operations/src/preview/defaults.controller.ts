import { Body, Controller, Get, Patch, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  AlsoCheck,
  ApiAnswer,
  ApiRequestBody,
  Access,
  CurrentPrincipal,
  type Principal,
  type ValidInput,
} from '#http';
import { ApiAnswerOrPreview, PreviewQuery, type BlastRadiusReport, toPreviewPage } from '#tenancy';
import { BlastRadiusCalculator } from './blast-radius-calculator.js';
import { DefaultsPatch, PlatformDefaultsService } from '#config';
import { TenantSettings } from '#settings';

/** The platform's defaults, for platform admins. */
@ApiTags('platform: defaults')
@ApiBearerAuth()
@Controller('v1/platform/defaults')
export class DefaultsController {
  constructor(
    private readonly defaults: PlatformDefaultsService,
    private readonly blastRadius: BlastRadiusCalculator,
  ) {}

  @Get()
  @Access('platform_admin')
  @ApiOperation({ summary: "Get the platform's defaults, the lowest layer of settings" })
  @ApiAnswer(200, TenantSettings)
  read(): Promise<TenantSettings> {
    return this.defaults.current();
  }

  @Patch()
  @Access('platform_admin')
  @AlsoCheck((controller: DefaultsController, { body }: ValidInput) => controller.defaults.preview(body))
  @ApiOperation({
    summary: "Change the platform's defaults; null restores the default of a fresh installation",
  })
  @ApiRequestBody(DefaultsPatch, { temperature: 0.5 })
  @ApiAnswerOrPreview(TenantSettings)
  async change(
    @CurrentPrincipal() author: Principal,
    @Query() query: PreviewQuery,
    @Body() body: unknown,
  ): Promise<TenantSettings | BlastRadiusReport> {
    const page = toPreviewPage(query);
    if (query.preview) return this.blastRadius.previewDefaults(await this.defaults.preview(body), page);
    return this.defaults.change(body, author);
  }
}
