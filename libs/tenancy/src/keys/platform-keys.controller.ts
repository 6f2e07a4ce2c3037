import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  Access,
  AlsoCheck,
  ApiAnswer,
  ApiProblems,
  CurrentPrincipal,
  type Page,
  PageQuery,
  type Principal,
  type ValidInput,
} from '#http';
import { NeedsRecentSignIn } from '../access/needs-recent-sign-in.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { PlatformKeyRequest } from './key.request.js';
import { IssuedPlatformKeyResponse, PlatformKeyResponse } from './key.response.js';
import { KeysService } from './keys.service.js';

/** The keys of the platform's own admins and readers. */
@ApiTags('platform: API keys')
@ApiBearerAuth()
@Controller('v1/platform/api-keys')
export class PlatformKeysController {
  constructor(private readonly keys: KeysService) {}

  @Get()
  @Access('platform_admin')
  @ApiOperation({
    operationId: 'PlatformApiKeys_list',
    summary: 'List the platform’s API keys, newest first',
  })
  @ApiAnswer(200, [PlatformKeyResponse])
  list(@Query() query: PageQuery): Promise<Page<PlatformKeyResponse>> {
    return this.keys.list(null, query);
  }

  @Post()
  @HttpCode(201)
  @AlsoCheck((controller: PlatformKeysController, { body }: ValidInput<PlatformKeyRequest>) =>
    controller.keys.assertExpiryInFuture(body.expires_at),
  )
  @Access('platform_admin')
  @Idempotent()
  @NeedsRecentSignIn()
  @ApiOperation({
    operationId: 'PlatformApiKeys_issue',
    summary: 'Create an API key of the platform; only this answer shows it',
  })
  @ApiAnswer(201, IssuedPlatformKeyResponse)
  issue(
    @CurrentPrincipal() author: Principal,
    @Body() request: PlatformKeyRequest,
  ): Promise<IssuedPlatformKeyResponse> {
    return this.keys.issueAlone(null, request, author);
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('platform_admin')
  @ApiOperation({
    operationId: 'PlatformApiKeys_revoke',
    summary: 'Revoke an API key of the platform. The last admin key stays (409)',
  })
  @ApiParam({ name: 'id', example: '4f1c2a9b7d3e5f60' })
  @ApiAnswer(204, null)
  @ApiProblems('not-found', 'conflict')
  revoke(@CurrentPrincipal() author: Principal, @Param('id') id: string): Promise<void> {
    return this.keys.revoke(null, id, author);
  }
}
