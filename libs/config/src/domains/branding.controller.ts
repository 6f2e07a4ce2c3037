import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer, ApiProblems, Access, OpenToAllOrigins } from '#http';
import { BrandingQuery } from './branding.request.js';
import { BrandingService } from './branding.service.js';
import { BrandingResponse } from './domain.response.js';

@ApiTags('branding')
@Controller('v1/branding')
export class BrandingController {
  constructor(private readonly branding: BrandingService) {}

  @Get()
  @Access('public')
  @OpenToAllOrigins()
  @ApiOperation({ summary: 'Colour and logo of the tenant with this verified custom domain' })
  @ApiAnswer(200, BrandingResponse)
  @ApiProblems('not-found')
  show(@Query() { domain }: BrandingQuery): Promise<BrandingResponse> {
    return this.branding.forDomain(domain);
  }
}
