import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, ApiAnswer, ApiProblems, ApiRequestBody } from '#http';
import { CurrentPlaygroundContext, type PlaygroundContext } from './playground-context.js';
import { GoldenQuestionsRunRequest } from './golden-questions-run.request.js';
import { GoldenQuestionsRunResponse } from './golden-questions-run.response.js';
import { GoldenQuestionsRunService } from './golden-questions-run.service.js';

@ApiTags('configuration')
@ApiBearerAuth()
@Controller('v1/golden-questions/run')
export class GoldenQuestionsRunController {
  constructor(private readonly runs: GoldenQuestionsRunService) {}

  @Post()
  @HttpCode(200)
  @Access('tenant_admin', { scope: ['config:propose', 'config:write'] })
  @ApiOperation({
    summary: 'Ask all golden questions, under settings that are not saved',
    description:
      'Saves nothing. Each question is metered as a query, and the run counts as one test of the hour. All questions share the time of one query.',
  })
  @ApiRequestBody(GoldenQuestionsRunRequest, { patch: { temperature: 0.1 } })
  @ApiAnswer(200, GoldenQuestionsRunResponse)
  @ApiProblems('conflict', 'rate-limited', 'quota-exceeded', 'budget-exceeded')
  run(
    @CurrentPlaygroundContext() context: PlaygroundContext,
    @Body() body: unknown,
  ): Promise<GoldenQuestionsRunResponse> {
    return this.runs.run(context, body);
  }
}
