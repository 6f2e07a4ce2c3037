import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Database, allTenants } from '#database';
import { Answer, NoQuery, type Page, PageQuery, Problems } from '#http';
import { type Fault, InvalidInputError, NotFoundError } from '#kernel';
import { Access } from '../access/access.js';
import { CatalogueRepository } from './catalogue.repository.js';
import type { Model } from './model.js';
import { ModelAnswer, ModelRequest } from './model.request.js';
import { pageOfShortList } from './short-list.js';

const modelId = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/;

@ApiTags('platform: models')
@ApiBearerAuth()
@Controller('v1/platform/models')
export class ModelsController {
  constructor(
    private readonly database: Database,
    private readonly repository: CatalogueRepository,
  ) {}

  @Get()
  @Access('platform_admin')
  @ApiOperation({ summary: 'List the model catalogue' })
  @Answer(200, [ModelAnswer])
  async list(@Query() query: PageQuery): Promise<Page<Model>> {
    return pageOfShortList(await this.all(), query);
  }

  @Get(':id')
  @Access('platform_admin')
  @ApiOperation({ summary: 'One model' })
  @ApiParam({ name: 'id', example: 'gpt-4o' })
  @Answer(200, ModelAnswer)
  @Problems('not-found')
  async get(@Param('id') id: string): Promise<Model> {
    const found = (await this.all()).find((model) => model.id === id);
    if (!found) throw noSuchModel(id);
    return found;
  }

  @Put(':id')
  @Access('platform_admin')
  @ApiOperation({ summary: 'Add or replace a model' })
  @ApiParam({ name: 'id', example: 'mistral-small-instruct' })
  @Answer(200, ModelAnswer)
  put(@Param('id') id: string, @Query() _none: NoQuery, @Body() body: ModelRequest): Promise<Model> {
    const { base_url = null, api_key_env = null, state = 'active' } = body;
    const temperature = body.temperature && { min: body.temperature.min, max: body.temperature.max };
    const model: Model = { ...body, id, base_url, api_key_env, state, temperature };
    const faults = faultsOfModel(model);
    if (faults.length > 0) throw new InvalidInputError(faults);
    return this.database.asPlatform(allTenants, () => this.repository.put(model));
  }

  @Post(':id/retire')
  @HttpCode(200)
  @Access('platform_admin')
  @ApiOperation({ summary: 'Retire a model: it can no longer be chosen' })
  @ApiParam({ name: 'id', example: 'gpt-4-turbo-preview' })
  @Answer(200, ModelAnswer)
  @Problems('not-found')
  async retire(@Param('id') id: string, @Query() _none: NoQuery): Promise<Model> {
    if (!modelId.test(id)) throw noSuchModel(id);
    const retired = await this.database.asPlatform(allTenants, () => this.repository.retire(id));
    if (!retired) throw noSuchModel(id);
    return retired;
  }

  private async all(): Promise<readonly Model[]> {
    return (await this.database.readGlobal(() => this.repository.all())).value;
  }
}

function noSuchModel(id: string): NotFoundError {
  return new NotFoundError(`There is no model ${id.slice(0, 100)} in the catalogue.`);
}

function faultsOfModel({ id, provider, base_url: baseUrl, temperature }: Model): Fault[] {
  const faults: Fault[] = [];
  if (!modelId.test(id) || id === 'none')
    faults.push({
      field: 'id',
      rule: 'pattern',
      message: "A model's id is 1 to 100 of letters, digits and ._:/-, and not none.",
      value: id,
    });
  if (provider === 'openai-compatible' && baseUrl === null)
    faults.push({
      field: 'base_url',
      rule: 'required',
      message: 'base_url is required for an OpenAI-compatible model.',
    });
  if (temperature && temperature.min > temperature.max)
    for (const bound of ['min', 'max'])
      faults.push({
        field: `temperature.${bound}`,
        rule: 'combination',
        message: 'temperature.min is above temperature.max.',
      });
  return faults;
}
