import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  Access,
  AlsoCheck,
  ApiAnswer,
  ApiProblems,
  CurrentPrincipal,
  type Page,
  type Principal,
  type ValidInput,
} from '#http';
import { EndSessionsQuery, PlatformSessionsQuery, assertNamed } from './platform-sessions.request.js';
import { EndedSessionsResponse, PlatformSessionResponse } from './session.response.js';
import { SessionAdministrationService } from './session-administration.service.js';

/** The sessions of everybody. */
@ApiTags('platform: sessions')
@ApiBearerAuth()
@Controller('v1/platform/sessions')
export class PlatformSessionsController {
  constructor(private readonly sessions: SessionAdministrationService) {}

  @Get()
  @Access('platform_admin')
  @ApiOperation({ summary: 'List the sessions of all tenants and of the platform, newest first' })
  @ApiAnswer(200, [PlatformSessionResponse])
  list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: PlatformSessionsQuery,
  ): Promise<Page<PlatformSessionResponse>> {
    return this.sessions.list(principal, query);
  }

  @Delete()
  @AlsoCheck((_controller, { query }: ValidInput<object, EndSessionsQuery>) => assertNamed(query))
  @Access('platform_admin')
  @ApiOperation({ summary: 'End all sessions of a tenant, of an actor, or of an actor in a tenant' })
  @ApiAnswer(200, EndedSessionsResponse)
  endAll(
    @CurrentPrincipal() author: Principal,
    @Query() query: EndSessionsQuery,
  ): Promise<EndedSessionsResponse> {
    return this.sessions.endAll(query, author);
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('platform_admin')
  @ApiOperation({ summary: 'End a session' })
  @ApiParam({ name: 'id', example: '4f1c2a9b7d3e5f60' })
  @ApiAnswer(204, null)
  @ApiProblems('not-found')
  end(@CurrentPrincipal() author: Principal, @Param('id') id: string): Promise<void> {
    return this.sessions.end({ id }, author);
  }
}
