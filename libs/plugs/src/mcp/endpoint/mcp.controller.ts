import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, ApiAnswer, ApiRequestBody, ProblemForm, isFromKnownOrigin } from '#http';
import { ForbiddenError, InvalidInputError } from '#kernel';
import type { FastifyReply } from 'fastify';
import { toJsonRpcError } from './json-rpc-error.js';
import {
  JsonRpcErrorResponse,
  JsonRpcMessage,
  JsonRpcResponse,
  exampleEvents,
  exampleMessage,
} from './json-rpc.response.js';
import { McpEndpoint } from './mcp-endpoint.js';

@ApiTags('MCP')
@ApiBearerAuth()
@Controller('mcp')
export class McpController {
  constructor(private readonly endpoint: McpEndpoint) {}

  @Post()
  @HttpCode(200)
  @Access('member', { scope: 'mcp', onlyReads: true })
  @ProblemForm(toJsonRpcError, JsonRpcErrorResponse)
  @ApiOperation({
    summary: 'Model Context Protocol: the documents and the configuration as tools of an assistant',
    description:
      'Revisions 2026-07-28 and 2025-11-25, without sessions. Errors have the form of JSON-RPC, with the problem in `error.data`. ' +
      'An error of a tool is a result with `isError`. `tools/list` has the tools that the credential may use.',
  })
  @ApiRequestBody(JsonRpcMessage, exampleMessage)
  @ApiAnswer(200, JsonRpcResponse, { events: exampleEvents })
  async call(@Body() message: unknown, @Res() reply: FastifyReply): Promise<void> {
    if (!isFromKnownOrigin(reply.request)) throw foreignOriginError(reply.request.headers.origin);
    if (Array.isArray(message)) throw batchError();
    await this.endpoint.answer(message, reply);
  }
}

function foreignOriginError(origin = ''): ForbiddenError {
  return new ForbiddenError(
    `Pages of ${origin.slice(0, 200)} may not call this service; an operator can add the origin to CORS_ORIGINS.`,
  );
}

/** The revisions since 2025-06-18 have no batches, and one request must not start thousands of searches. */
function batchError(): InvalidInputError {
  const message = 'Send one JSON-RPC message per request; a list of messages (batch) is not supported.';
  return new InvalidInputError([{ field: '', rule: 'type', message }]);
}
