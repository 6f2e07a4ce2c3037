import { Controller, Get, Header, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  AcceptsStreamTicket,
  Access,
  ApiAnswer,
  ApiEvents,
  ApiProblems,
  CurrentPrincipal,
  CurrentTenant,
  type Principal,
  StreamTicketQuery,
} from '#http';
import { ConflictError } from '#kernel';
import { StreamTicketService } from '#tenancy';
import type { FastifyReply } from 'fastify';
import { configEvents } from './config-events.js';
import { ConfigStreamService } from './config-stream.service.js';
import { StreamTicketResponse } from './config-stream.response.js';

const example = [
  'retry: 2000\nid: 7-1a2b3c4d\nevent: put\ndata: {"temperature":0.2,"tenant_id":"acme-law","version":7}\n\n',
  'id: 8-5e6f7a8b\nevent: patch\ndata: {"version":8,"etag":"\\"8-5e6f7a8b\\"","changes":[{"field":"temperature","from":0.2,"to":0.3}]}\n\n',
  'retry: 3120\nevent: goodbye\ndata: {"retry_ms":3120}\n\n',
].join('');
const description = `Each event's \`id\` is the ETag of \`GET /v1/config\` without its quotes.

- \`put\`: the body of \`GET /v1/config\`. The first event, unless \`Last-Event-ID\` names the current state.
- \`patch\`: the fields of that body which differ from the event before. Changes that follow each other at once may arrive as one.
- \`reset\`: forget what you have (the database was restored). A \`put\` follows.
- \`goodbye\`: connect again after \`retry_ms\` milliseconds.

A comment comes after each 15 s without an event. The stream ends when its credential does. When too many streams are open, the answer is 429 with \`Fetch-Mode: polling\`: read \`GET /v1/config\` with \`If-None-Match\` instead.`;

/** Changes of a tenant's configuration, as they happen. */
@ApiTags('configuration')
@ApiBearerAuth()
@Controller('v1/config')
export class ConfigStreamController {
  constructor(
    private readonly streams: ConfigStreamService,
    private readonly tickets: StreamTicketService,
  ) {}

  @Get('stream')
  @Access('member', { scope: 'config:read' })
  @AcceptsStreamTicket()
  @ApiOperation({ summary: 'The effective settings and each change, as server-sent events', description })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The `id` of the last event that the client has',
  })
  @ApiEvents(example, ['Attune-Config-Source'])
  @ApiProblems('rate-limited')
  stream(
    @CurrentTenant() tenantId: string,
    @Query() _query: StreamTicketQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.streams.open(reply, tenantId, configEvents);
  }

  @Post('stream-ticket')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @Access('member', { scope: ['config:read', 'flags:evaluate'], onlyReads: true })
  @ApiOperation({
    summary: 'A ticket for a stream whose client cannot send headers, such as EventSource in a browser',
    description:
      'Takes no body. Only for API keys: with a JWT the answer is 409. A ticket is a credential: keep it out of logs.',
  })
  @ApiAnswer(200, StreamTicketResponse)
  @ApiProblems('conflict')
  async ticket(@CurrentPrincipal() caller: Principal): Promise<StreamTicketResponse> {
    const issued = await this.tickets.issue(caller);
    if (issued === null)
      throw new ConflictError(
        'Stream tickets belong to API keys, and this request has another credential. Send it with the stream itself, in the header Authorization.',
      );
    return { ticket: issued.ticket, expires_at: new Date(issued.expiresAt).toISOString() };
  }
}
