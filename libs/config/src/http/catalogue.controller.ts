import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, ApiAnswer, CurrentTenant, type Page, PageQuery, paginateInMemory } from '#http';
import { type Model, isModelUsable } from '#settings';
import { type CompiledConfiguration, toLayers } from '../compile/compiled-configuration.js';
import { ConfigReader } from '../read/config-reader.js';
import { CatalogueModelResponse, toCatalogueModel } from './catalogue.response.js';

@ApiTags('configuration')
@ApiBearerAuth()
@Controller('v1/catalogue')
export class CatalogueController {
  constructor(private readonly reader: ConfigReader) {}

  @Get()
  @Access('member', { scope: 'config:read' })
  @ApiOperation({
    summary: 'List the models that the plan allows',
    description: 'A retired model is listed only as long as the configuration uses it.',
  })
  @ApiAnswer(200, [CatalogueModelResponse])
  async list(
    @CurrentTenant() tenantId: string,
    @Query() query: PageQuery,
  ): Promise<Page<CatalogueModelResponse>> {
    const configuration = await this.reader.current(tenantId);
    const models = [...configuration.inputs.catalogue.values()].filter((model) =>
      isListed(model, configuration),
    );
    return paginateInMemory(models.map(toCatalogueModel), query);
  }
}

function isListed({ id, state }: Model, { inputs, settings }: CompiledConfiguration): boolean {
  if (!isModelUsable(toLayers(inputs), 'model_name', id)) return false;
  return state !== 'retired' || settings.model_name === id || settings.model_fallback === id;
}
