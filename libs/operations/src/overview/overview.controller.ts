import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, ApiAnswer } from '#http';
import { OverviewResponse } from './overview.response.js';
import { OverviewService } from './overview.service.js';

@ApiTags('platform: overview')
@ApiBearerAuth()
@Controller('v1/platform/overview')
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  @Get()
  @Access('platform_admin')
  @ApiOperation({
    summary: 'The replicas, the tenants and the queries of the whole service',
    description: 'Each replica reports every 5 seconds.',
  })
  @ApiAnswer(200, OverviewResponse)
  get(): Promise<OverviewResponse> {
    return this.overview.get();
  }
}
