import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { type CompiledConfiguration, ConfigReader } from '#config';
import { Access, ApiAnswer, ApiProblems, CurrentTenant, IgnoreUndeclaredInput } from '#http';
import { NotFoundError } from '#kernel';
import { callableModels } from '#rag';
import { OpenAiRoute } from '../error-form/openai-error.js';
import { configuredModelId, taskModelId } from './model-ids.js';
import { OpenAiModel, OpenAiModelList } from './model.response.js';

@ApiTags('OpenAI')
@ApiBearerAuth()
@IgnoreUndeclaredInput()
@Controller('v1/models')
export class OpenAiModelsController {
  constructor(private readonly configurations: ConfigReader) {}

  @Get()
  @Access('member', { scope: ['config:read', 'query'] })
  @OpenAiRoute()
  @ApiOperation({
    summary: 'List the models that chat completions take, in the form of OpenAI',
    description:
      '`attune` answers as configured. `attune-task` is the configured model without documents, for titles and tags. The others are the models that the plan allows: each answers in place of the configured one, for that call.',
  })
  @ApiAnswer(200, OpenAiModelList)
  async list(@CurrentTenant() tenantId: string): Promise<OpenAiModelList> {
    return { object: 'list', data: toModels(await this.configurations.current(tenantId)) };
  }

  @Get(':id')
  @Access('member', { scope: ['config:read', 'query'] })
  @OpenAiRoute()
  @ApiOperation({ summary: 'Read one of these models' })
  @ApiParam({ name: 'id', example: 'attune' })
  @ApiAnswer(200, OpenAiModel)
  @ApiProblems('not-found')
  async get(@CurrentTenant() tenantId: string, @Param('id') id: string): Promise<OpenAiModel> {
    const models = toModels(await this.configurations.current(tenantId));
    const model = models.find((each) => each.id === id);
    if (model) return model;
    const name = id.slice(0, 100);
    throw new NotFoundError(`There is no model "${name}"; GET /v1/models lists them.`, { model: name });
  }
}

function toModels(configuration: CompiledConfiguration): OpenAiModel[] {
  const created = Math.floor(Date.parse(configuration.inputs.tenant.created_at) / 1000);
  const own = [configuredModelId, taskModelId].map((id) => ({ id, owner: 'attune' }));
  const ofPlan = callableModels(configuration).map(({ id, provider }) => ({ id, owner: provider }));
  return [...own, ...ofPlan.filter(({ id }) => !own.some((each) => each.id === id))].map(({ id, owner }) => ({
    id,
    object: 'model',
    created,
    owned_by: owner,
  }));
}
