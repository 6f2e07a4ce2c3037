import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  Access,
  ApiAnswer,
  ApiProblems,
  CurrentPrincipal,
  type Page,
  PageQuery,
  type Principal,
} from '#http';
import { OwnSessionResponse } from './session.response.js';
import { SessionAdministrationService } from './session-administration.service.js';

/** One's own sessions: those of the same actor in the same tenant. */
@ApiTags('session')
@ApiBearerAuth()
@Controller('v1/sessions')
export class OwnSessionsController {
  constructor(private readonly sessions: SessionAdministrationService) {}

  @Get()
  @Access('any')
  @ApiOperation({ summary: 'List one’s own sessions, newest first' })
  @ApiAnswer(200, [OwnSessionResponse])
  list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: PageQuery,
  ): Promise<Page<OwnSessionResponse>> {
    return this.sessions.listOwn(principal, query);
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('any', { onlyReads: true })
  @ApiOperation({ summary: 'End one of one’s own sessions' })
  @ApiParam({ name: 'id', example: '4f1c2a9b7d3e5f60' })
  @ApiAnswer(204, null)
  @ApiProblems('not-found')
  end(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<void> {
    return this.sessions.endOwn(id, principal);
  }
}
