import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
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
import { assertSameId } from '../../catalogue/administration/put-or-preview.js';
import { ConnectionRequest, MappingsRequest } from './connection.request.js';
import { ConnectionResponse, MappingResponse } from './connection.response.js';
import { ConnectionsService } from './connections.service.js';
import { MappingsService } from './mappings.service.js';

const IdParam = () => ApiParam({ name: 'id', example: 'acme-okta' });

/** The identity providers at which people sign in to the console, and what their claims give. */
@ApiTags('platform: identity')
@ApiBearerAuth()
@Controller('v1/platform/identity/connections')
export class ConnectionsController {
  constructor(
    readonly connections: ConnectionsService,
    private readonly mappings: MappingsService,
  ) {}

  @Get()
  @Access('platform_admin')
  @ApiOperation({ summary: 'List identity connections' })
  @ApiAnswer(200, [ConnectionResponse])
  list(@Query() query: PageQuery): Promise<Page<ConnectionResponse>> {
    return this.connections.list(query);
  }

  @Get(':id')
  @Access('platform_admin')
  @ApiOperation({ summary: 'One identity connection' })
  @IdParam()
  @ApiAnswer(200, ConnectionResponse)
  @ApiProblems('not-found')
  get(@Param('id') id: string): Promise<ConnectionResponse> {
    return this.connections.get(id);
  }

  @Put(':id')
  @Access('platform_admin')
  @AlsoCheck((controller: ConnectionsController, { body, params }: ValidInput<ConnectionRequest>) =>
    controller.connections.assertValid(params['id']!, body),
  )
  @ApiOperation({
    summary: 'Create or replace an identity connection',
    description:
      'Nobody can sign in before it has mappings. If the issuer or the client changes, or it is disabled, the sessions that it gave end. 409 for the connection of the environment.',
  })
  @IdParam()
  @ApiAnswer(200, ConnectionResponse)
  @ApiProblems('conflict')
  async put(
    @Param('id') id: string,
    @Body() request: ConnectionRequest,
    @CurrentPrincipal() author: Principal,
  ): Promise<ConnectionResponse> {
    assertSameId(request, id);
    return this.connections.put(id, request, author);
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('platform_admin')
  @ApiOperation({
    summary: 'Delete an identity connection with its mappings, and end the sessions that it gave',
  })
  @IdParam()
  @ApiAnswer(204, null)
  @ApiProblems('not-found', 'conflict')
  remove(@Param('id') id: string, @CurrentPrincipal() author: Principal): Promise<void> {
    return this.connections.remove(id, author);
  }

  @Get(':id/mappings')
  @Access('platform_admin')
  @ApiOperation({ summary: 'List the mappings of an identity connection: which claims give which roles' })
  @IdParam()
  @ApiAnswer(200, [MappingResponse])
  @ApiProblems('not-found')
  listMappings(@Param('id') id: string, @Query() query: PageQuery): Promise<Page<MappingResponse>> {
    return this.mappings.list(id, query);
  }

  @Put(':id/mappings')
  @Access('platform_admin')
  @ApiOperation({
    summary: 'Replace the mappings of an identity connection',
    description:
      'Sessions that a removed mapping gave end at once. Others stay as they are; an added mapping counts from the next sign-in. The answer has all mappings.',
  })
  @IdParam()
  @ApiAnswer(200, [MappingResponse])
  @ApiProblems('not-found')
  putMappings(
    @Param('id') id: string,
    @Body() { items }: MappingsRequest,
    @CurrentPrincipal() author: Principal,
  ): Promise<Page<MappingResponse>> {
    return this.mappings.replace(id, items, author);
  }
}
