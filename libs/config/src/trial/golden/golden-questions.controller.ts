import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Answer, type Page, PageQuery, Problems, RequestBody } from '#http';
import { Access, CurrentPrincipal, CurrentTenant, Idempotent, type Principal } from '#tenancy';
import type { GoldenQuestion } from './golden-question.js';
import { GoldenQuestionRequest, readGoldenQuestion } from './golden-question.request.js';
import { GoldenQuestionAnswer } from './golden-question.response.js';
import { GoldenQuestions } from './golden-questions.service.js';

const requestExample = {
  question: 'May I sell software that contains code under the GPL?',
  expect_sources: ['gpl-3.0'],
  expect_phrases: ['any price'],
};

@ApiTags('configuration')
@ApiBearerAuth()
@Controller('v1/golden-questions')
export class GoldenQuestionsController {
  constructor(private readonly questions: GoldenQuestions) {}

  @Get()
  @Access('tenant_admin')
  @ApiOperation({ summary: 'List golden questions, newest first' })
  @Answer(200, [GoldenQuestionAnswer])
  list(@CurrentTenant() tenantId: string, @Query() query: PageQuery): Promise<Page<GoldenQuestion>> {
    return this.questions.list(tenantId, query);
  }

  @Post()
  @HttpCode(201)
  @Access('tenant_admin')
  @Idempotent()
  @ApiOperation({
    summary: 'Keep a question, with what its answer must hold',
    description:
      'A change with `gate: true` is made only when every golden question passes under it. Without expectations, any answer that has ' +
      'text passes. At most 50 a tenant.',
  })
  @RequestBody(GoldenQuestionRequest, requestExample)
  @Answer(201, GoldenQuestionAnswer)
  @Problems('conflict')
  add(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
    @Body() body: unknown,
  ): Promise<GoldenQuestion> {
    return this.questions.add(tenantId, readGoldenQuestion(body), author);
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('tenant_admin')
  @ApiOperation({ summary: 'Delete a golden question' })
  @ApiParam({ name: 'id', example: '4f1c2a9b7d3e5f60' })
  @Answer(204, null)
  @Problems('not-found')
  async remove(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
    @Param('id') id: string,
  ): Promise<void> {
    await this.questions.remove(tenantId, id, author);
  }
}
