import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  ApiAnswer,
  type Page,
  PageQuery,
  ApiProblems,
  ApiRequestBody,
  Access,
  CurrentPrincipal,
  CurrentTenant,
  type Principal,
} from '#http';
import { Idempotent } from '#tenancy';
import type { GoldenQuestion } from './golden-question.js';
import {
  GoldenQuestionPatchRequest,
  GoldenQuestionRequest,
  parseGoldenQuestion,
  parseGoldenQuestionPatch,
} from './golden-question.request.js';
import { GoldenQuestionResponse } from './golden-question.response.js';
import { GoldenQuestionsService } from './golden-questions.service.js';

const requestExample = {
  question: 'May I sell software that contains code under the GPL?',
  expect_sources: ['mpl-2.0'],
  expect_phrases: ['any price'],
};

@ApiTags('configuration')
@ApiBearerAuth()
@Controller('v1/golden-questions')
export class GoldenQuestionsController {
  constructor(private readonly questions: GoldenQuestionsService) {}

  @Get()
  @Access('tenant_admin', { scope: 'config:read' })
  @ApiOperation({ summary: 'List golden questions, newest first' })
  @ApiAnswer(200, [GoldenQuestionResponse])
  list(@CurrentTenant() tenantId: string, @Query() query: PageQuery): Promise<Page<GoldenQuestion>> {
    return this.questions.list(tenantId, query);
  }

  @Post()
  @HttpCode(201)
  @Access('tenant_admin', { scope: 'config:write' })
  @Idempotent()
  @ApiOperation({
    summary: 'Add a golden question, with what its answer must contain',
    description:
      'A change with `gate: true` is made only when every golden question passes under it. Without expectations, any answer that has ' +
      'text passes. At most 50 a tenant.',
  })
  @ApiRequestBody(GoldenQuestionRequest, requestExample)
  @ApiAnswer(201, GoldenQuestionResponse)
  @ApiProblems('conflict')
  add(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
    @Body() body: unknown,
  ): Promise<GoldenQuestion> {
    return this.questions.add(tenantId, parseGoldenQuestion(body), author);
  }

  @Patch(':id')
  @Access('tenant_admin', { scope: 'config:write' })
  @ApiOperation({
    summary: 'Change a golden question',
    description: 'It keeps its id and its place in the list. A field that is not sent stays as it is.',
  })
  @ApiParam({ name: 'id', example: '4f1c2a9b7d3e5f60' })
  @ApiRequestBody(GoldenQuestionPatchRequest, { expect_phrases: ['any price', 'no price'] })
  @ApiAnswer(200, GoldenQuestionResponse)
  @ApiProblems('not-found')
  edit(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<GoldenQuestion> {
    return this.questions.edit({ tenantId, id }, parseGoldenQuestionPatch(body), author);
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('tenant_admin', { scope: 'config:write' })
  @ApiOperation({ summary: 'Delete a golden question' })
  @ApiParam({ name: 'id', example: '4f1c2a9b7d3e5f60' })
  @ApiAnswer(204, null)
  @ApiProblems('not-found')
  async remove(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
    @Param('id') id: string,
  ): Promise<void> {
    await this.questions.remove(tenantId, id, author);
  }
}
