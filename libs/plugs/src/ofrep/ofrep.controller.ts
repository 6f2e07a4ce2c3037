import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ConfigStreamService, computeEtag, isNotModified } from '#config';
import {
  AcceptsStreamTicket,
  Access,
  ApiAnswer,
  ApiEvents,
  ApiProblems,
  CurrentTenant,
  IgnoreUndeclaredInput,
  type Principal,
  StreamTicketQuery,
  authorAndTenantOf,
} from '#http';
import { InvalidInputError, NotFoundError, didYouMean } from '#kernel';
import { StreamTicketService } from '#tenancy';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { FlagEvaluationService } from './flag-evaluation.service.js';
import { OfrepRoute } from './ofrep-error.js';
import { ofrepEvents } from './ofrep-events.js';
import { OfrepRefetchQuery, OfrepRequest } from './ofrep.request.js';
import { OfrepFlagResponse, OfrepFlagsResponse } from './ofrep.response.js';

const scopes = ['flags:evaluate', 'config:read'] as const;
const configHeaders = ['Attune-Config-Version', 'Attune-Config-Source'] as const;
const eventsExample =
  'retry: 2000\nid: 8-5e6f7a8b\nevent: message\ndata: {"type":"refetchEvaluation","etag":"8-5e6f7a8b"}\n\n';

/** A tenant's settings in the protocol of OpenFeature (OFREP 0.3.0). */
@ApiTags('OFREP')
@ApiBearerAuth()
@IgnoreUndeclaredInput()
@Controller('ofrep/v1')
export class OfrepController {
  constructor(
    private readonly flags: FlagEvaluationService,
    private readonly tickets: StreamTicketService,
    private readonly streams: ConfigStreamService,
  ) {}

  @Post('evaluate/flags')
  @HttpCode(200)
  @Access('member', { scope: scopes, onlyReads: true })
  @OfrepRoute()
  @ApiOperation({
    summary: 'Evaluate all settings as flags, for the providers of OpenFeature',
    description:
      'The keys are the names of the settings, the variants the layers of their values. The ETag covers the whole body. `eventStreams` announce changes.',
  })
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'The tag of an earlier answer' })
  @ApiAnswer(200, OfrepFlagsResponse, { headers: ['ETag', ...configHeaders] })
  @ApiAnswer(304, null, {
    description: 'Nothing changed since that tag',
    headers: ['ETag', ...configHeaders],
  })
  async evaluateAll(
    @Query() { flagConfigEtag }: OfrepRefetchQuery,
    @Body() { context }: OfrepRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { tenantId, author } = authorAndTenantOf(reply.request);
    const evaluated = await this.flags.evaluate(tenantId, targetingKeyOf(context), flagConfigEtag);
    const { version, flags, metadata, headers } = evaluated;
    const body = JSON.stringify({ flags, metadata, ...(await this.eventStreamsFor(author, reply.server)) });
    const etag = computeEtag(version, body);
    const isKnown = isNotModified(reply.request.headers['if-none-match'], etag);
    const type = isKnown ? {} : { 'content-type': 'application/json; charset=utf-8' };
    void reply
      .code(isKnown ? 304 : 200)
      .headers({ ...headers, ...type, etag, 'cache-control': 'private, no-cache' })
      .send(isKnown ? undefined : body);
  }

  @Post('evaluate/flags/:key')
  @HttpCode(200)
  @Access('member', { scope: scopes, onlyReads: true })
  @OfrepRoute()
  @ApiOperation({ summary: 'Evaluate one setting as a flag' })
  @ApiParam({ name: 'key', example: 'temperature' })
  @ApiAnswer(200, OfrepFlagResponse, { headers: configHeaders })
  @ApiProblems('not-found')
  async evaluateOne(
    @CurrentTenant() tenantId: string,
    @Param('key') key: string,
    @Body() { context }: OfrepRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { flags, headers } = await this.flags.evaluate(tenantId, targetingKeyOf(context));
    const flag = flags.find((each) => each.key === key);
    if (flag === undefined) throw unknownFlagError(key, flags);
    void reply.headers(headers).send(flag);
  }

  @Get('stream')
  @Access('member', { scope: scopes })
  @AcceptsStreamTicket()
  @OfrepRoute()
  @ApiOperation({
    summary: 'Listen to changes of the flags, as server-sent events',
    description:
      'Named in `eventStreams` of the evaluation, with a ticket. The first event comes at once, unless `Last-Event-ID` names the current state. 429 with `Fetch-Mode: polling` when too many streams are open.',
  })
  @ApiEvents(eventsExample, ['Attune-Config-Source'])
  stream(
    @CurrentTenant() tenantId: string,
    @Query() _query: StreamTicketQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.streams.open(reply, tenantId, ofrepEvents);
  }

  /** The ticket is the same for an hour, so the ETag of the body stays the same as long. */
  private async eventStreamsFor(
    caller: Principal,
    { publicPath }: FastifyInstance,
  ): Promise<Partial<OfrepFlagsResponse>> {
    const issued = await this.tickets.issue(caller);
    if (issued === null) return {};
    const requestUri = `${publicPath}/ofrep/v1/stream?ticket=${issued.ticket}`;
    return { eventStreams: [{ type: 'sse', endpoint: { requestUri } }] };
  }
}

/** @throws InvalidInputError for a targeting key that is no text. */
function targetingKeyOf({ targetingKey }: Record<string, unknown>): string | undefined {
  if (targetingKey === undefined || typeof targetingKey === 'string') return targetingKey;
  const message = 'context.targetingKey must be a string.';
  throw new InvalidInputError([
    { field: 'context.targetingKey', rule: 'type', message, value: targetingKey },
  ]);
}

function unknownFlagError(key: string, flags: readonly { readonly key: string }[]): NotFoundError {
  const name = key.slice(0, 100);
  const known = flags.map((flag) => flag.key);
  return new NotFoundError(`There is no setting "${name}".${didYouMean(name, known)}`);
}
