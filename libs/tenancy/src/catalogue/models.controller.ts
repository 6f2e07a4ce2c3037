import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Answer, type Page, PageQuery, Problems } from '#http';
import { Access, CurrentPrincipal } from '../access/access.js';
import type { Principal } from '../access/principal.js';
import type { Radius } from '../preview/blast-radius.js';
import { AnswerOrPreview, PreviewQuery } from '../preview/blast-radius.response.js';
import { checkSameId } from '../preview/same-id.js';
import type { Model } from './model.js';
import { ModelAnswer, ModelRequest } from './model.request.js';
import { ModelsService } from './models.service.js';
import { pageOfShortList } from './short-list.js';

@ApiTags('platform: models')
@ApiBearerAuth()
@Controller('v1/platform/models')
export class ModelsController {
  constructor(private readonly models: ModelsService) {}

  @Get()
  @Access('platform_admin')
  @ApiOperation({ summary: 'List the model catalogue' })
  @Answer(200, [ModelAnswer])
  async list(@Query() query: PageQuery): Promise<Page<Model>> {
    return pageOfShortList(await this.models.all(), query);
  }

  @Get(':id')
  @Access('platform_admin')
  @ApiOperation({ summary: 'One model' })
  @ApiParam({ name: 'id', example: 'gpt-4o' })
  @Answer(200, ModelAnswer)
  @Problems('not-found')
  get(@Param('id') id: string): Promise<Model> {
    return this.models.get(id);
  }

  @Put(':id')
  @Access('platform_admin')
  @ApiOperation({ summary: 'Add or replace a model' })
  @ApiParam({ name: 'id', example: 'mistral-small-instruct' })
  @AnswerOrPreview(ModelAnswer)
  @Problems('conflict')
  put(
    @Param('id') id: string,
    @Query() { preview }: PreviewQuery,
    @Body() body: ModelRequest,
    @CurrentPrincipal() author: Principal,
  ): Promise<Model | Radius> {
    checkSameId(body, id);
    const model = modelOf(id, body);
    return preview ? this.models.previewPut(model) : this.models.put(model, author);
  }

  @Post(':id/retire')
  @HttpCode(200)
  @Access('platform_admin')
  @ApiOperation({ summary: 'Retire a model: it can no longer be chosen, and goes on for those who have it' })
  @ApiParam({ name: 'id', example: 'gpt-4-turbo-preview' })
  @AnswerOrPreview(ModelAnswer)
  @Problems('not-found', 'conflict')
  retire(
    @Param('id') id: string,
    @Query() { preview }: PreviewQuery,
    @CurrentPrincipal() author: Principal,
  ): Promise<Model | Radius> {
    return preview ? this.models.previewRetire(id) : this.models.retire(id, author);
  }
}

function modelOf(
  id: string,
  { base_url = null, api_key_env = null, state = 'active', temperature: range, ...body }: ModelRequest,
): Model {
  const temperature = range && { min: range.min, max: range.max };
  return { ...body, id, base_url, api_key_env, state, temperature };
}
