import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  ApiAnswer,
  ApiProblems,
  type Page,
  PageQuery,
  paginateInMemory,
  Access,
  CurrentPrincipal,
  type Principal,
} from '#http';
import type { Model } from '#settings';
import type { BlastRadiusReport } from '../blast-radius.js';
import { ModelResponse } from './catalogue.response.js';
import { ModelRequest } from './model.request.js';
import { ModelsService } from './models.service.js';
import { ApiAnswerOrPreview, PreviewQuery, assertSameId } from './put-or-preview.js';

@ApiTags('platform: models')
@ApiBearerAuth()
@Controller('v1/platform/models')
export class ModelsController {
  constructor(private readonly models: ModelsService) {}

  @Get()
  @Access('platform_admin')
  @ApiOperation({ summary: 'List the model catalogue' })
  @ApiAnswer(200, [ModelResponse])
  async list(@Query() query: PageQuery): Promise<Page<Model>> {
    return paginateInMemory(await this.models.list(), query);
  }

  @Get(':id')
  @Access('platform_admin')
  @ApiOperation({ summary: 'One model' })
  @ApiParam({ name: 'id', example: 'gpt-4o' })
  @ApiAnswer(200, ModelResponse)
  @ApiProblems('not-found')
  get(@Param('id') id: string): Promise<Model> {
    return this.models.get(id);
  }

  @Put(':id')
  @Access('platform_admin')
  @ApiOperation({ summary: 'Add or replace a model' })
  @ApiParam({ name: 'id', example: 'mistral-small-instruct' })
  @ApiAnswerOrPreview(ModelResponse)
  @ApiProblems('conflict')
  put(
    @Param('id') id: string,
    @Query() { preview }: PreviewQuery,
    @Body() body: ModelRequest,
    @CurrentPrincipal() author: Principal,
  ): Promise<Model | BlastRadiusReport> {
    assertSameId(body, id);
    const model = modelFromRequest(id, body);
    return preview ? this.models.previewPut(model) : this.models.put(model, author);
  }

  @Post(':id/retire')
  @HttpCode(200)
  @Access('platform_admin')
  @ApiOperation({
    summary: 'Retire a model. Tenants already using it keep it; it can no longer be selected.',
  })
  @ApiParam({ name: 'id', example: 'gpt-4-turbo-preview' })
  @ApiAnswerOrPreview(ModelResponse)
  @ApiProblems('not-found', 'conflict')
  retire(
    @Param('id') id: string,
    @Query() { preview }: PreviewQuery,
    @CurrentPrincipal() author: Principal,
  ): Promise<Model | BlastRadiusReport> {
    return preview ? this.models.previewRetire(id) : this.models.retire(id, author);
  }
}

function modelFromRequest(
  id: string,
  { base_url = null, api_key_env = null, state = 'active', temperature: range, ...body }: ModelRequest,
): Model {
  const temperature = range && { min: range.min, max: range.max };
  return { ...body, id, base_url, api_key_env, state, temperature };
}
