import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  AlsoCheck,
  ApiAnswer,
  ApiProblems,
  type Page,
  PageQuery,
  paginateInMemory,
  Access,
  CurrentPrincipal,
  type Principal,
  type ValidInput,
} from '#http';
import type { Model } from '#settings';
import type { BlastRadiusReport } from '../blast-radius.js';
import { ModelResponse } from './catalogue.response.js';
import { hideSecretHeaders } from './model-headers.js';
import { ModelRequest } from './model.request.js';
import { ModelsService } from './models.service.js';
import { ApiAnswerOrPreview, PreviewQuery, assertSameId, toPreviewPage } from './put-or-preview.js';

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
    return paginateInMemory((await this.models.list()).map(hideSecretHeaders), query);
  }

  @Get(':id')
  @Access('platform_admin')
  @ApiOperation({ summary: 'One model' })
  @ApiParam({ name: 'id', example: 'gpt-4o' })
  @ApiAnswer(200, ModelResponse)
  @ApiProblems('not-found')
  async get(@Param('id') id: string): Promise<Model> {
    return hideSecretHeaders(await this.models.get(id));
  }

  @Put(':id')
  @Access('platform_admin')
  @AlsoCheck((controller: ModelsController, { body, params }: ValidInput<ModelRequest>) =>
    controller.models.assertValid(modelFromRequest(params['id']!, body as ModelRequest)),
  )
  @ApiOperation({ summary: 'Add or replace a model' })
  @ApiParam({ name: 'id', example: 'mistral-small-instruct' })
  @ApiAnswerOrPreview(ModelResponse)
  @ApiProblems('conflict')
  async put(
    @Param('id') id: string,
    @Query() query: PreviewQuery,
    @Body() body: ModelRequest,
    @CurrentPrincipal() author: Principal,
  ): Promise<Model | BlastRadiusReport> {
    assertSameId(body, id);
    const model = modelFromRequest(id, body);
    const page = toPreviewPage(query);
    if (query.preview) return this.models.previewPut(model, page);
    return hideSecretHeaders(await this.models.put(model, author));
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
  async retire(
    @Param('id') id: string,
    @Query() query: PreviewQuery,
    @CurrentPrincipal() author: Principal,
  ): Promise<Model | BlastRadiusReport> {
    const page = toPreviewPage(query);
    if (query.preview) return this.models.previewRetire(id, page);
    return hideSecretHeaders(await this.models.retire(id, author));
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('platform_admin')
  @ApiOperation({
    summary: 'Delete a model that is not used. The 409 lists the tenants, plans and defaults that use it.',
  })
  @ApiParam({ name: 'id', example: 'mistral-small-instruct' })
  @ApiAnswer(204, null)
  @ApiProblems('not-found', 'conflict')
  delete(@Param('id') id: string, @CurrentPrincipal() author: Principal): Promise<void> {
    return this.models.delete(id, author);
  }
}

/** Fields that are left out are null, as they are in answers. */
function modelFromRequest(id: string, { temperature: range, headers = null, ...body }: ModelRequest): Model {
  return {
    base_url: null,
    api_key_env: null,
    upstream_model: null,
    extra_body: null,
    reasoning: null,
    cached_input_usd_per_mtok: null,
    cache_write_usd_per_mtok: null,
    state: 'active',
    ...body,
    id,
    // `findModelErrors` checks the values.
    headers: headers as Model['headers'],
    temperature: range && { min: range.min, max: range.max },
  };
}
