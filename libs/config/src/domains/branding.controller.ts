import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer, Problems } from '#http';
import { Access } from '#tenancy';
import { BrandingQuery } from './branding.request.js';
import { Branding } from './branding.service.js';
import { BrandingAnswer } from './domain.response.js';

@ApiTags('branding')
@Controller('v1/branding')
export class BrandingController {
  constructor(private readonly branding: Branding) {}

  @Get()
  @Access('public')
  @ApiOperation({ summary: 'Colour and logo of the tenant with this verified custom domain' })
  @Answer(200, BrandingAnswer)
  @Problems('not-found')
  show(@Query() { domain }: BrandingQuery): Promise<BrandingAnswer> {
    return this.branding.of(domain);
  }
}
