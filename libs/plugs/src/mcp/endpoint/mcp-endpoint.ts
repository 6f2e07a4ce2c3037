import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { abortOnDisconnect, authorAndTenantOf } from '#http';
import { isPlainObject } from '#kernel';
import type { McpHttpHandler, McpServer } from '@modelcontextprotocol/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type McpCall, McpServerFactory } from './mcp-call.js';

/** Answers messages of the Model Context Protocol, of the revision 2026-07-28 and of those of 2025, without sessions. */
@Injectable()
export class McpEndpoint implements OnModuleDestroy {
  private readonly logger = new Logger('mcp');
  private handler: Promise<McpHttpHandler> | null = null;

  constructor(private readonly servers: McpServerFactory) {}

  /** Sends the answer to one message, which may be any JSON value. */
  async answer(message: unknown, reply: FastifyReply): Promise<void> {
    if (isSubscription(message)) return void reply.code(404).send(methodNotFound(message.id));
    const { tenantId, author: principal } = authorAndTenantOf(reply.request);
    const signal = abortOnDisconnect(reply);
    const call: McpCall = { tenantId, principal, request: reply.request, signal };
    const authInfo = { token: '', clientId: principal.actor, scopes: [], extra: { call } };
    const parsed = message === undefined ? {} : { parsedBody: message };
    const handler = await this.loadHandler();
    await send(reply, await handler.fetch(toWebRequest(reply.request, signal), { authInfo, ...parsed }));
  }

  async onModuleDestroy(): Promise<void> {
    await (await this.handler)?.close();
  }

  /** The library of the protocol is loaded with the first message: most replicas never get one. */
  private loadHandler(): Promise<McpHttpHandler> {
    this.handler ??= import('@modelcontextprotocol/server').then(({ createMcpHandler }) =>
      createMcpHandler(({ authInfo }) => this.create(authInfo!.extra!['call'] as McpCall)),
    );
    return this.handler;
  }

  /** Logs an error of the factory: the handler answers it with 500 and does not log it. */
  private async create(call: McpCall): Promise<McpServer> {
    try {
      return await this.servers.create(call);
    } catch (error) {
      this.logger.error({ err: error, request_id: call.request.id }, 'the server of an MCP message failed');
      throw error;
    }
  }
}

/** Clients can subscribe to nothing here, so no stream stays open for them. The handler of the library would open one. */
function isSubscription(message: unknown): message is { readonly id: unknown } {
  return isPlainObject(message) && message['method'] === 'subscriptions/listen' && 'id' in message;
}

function methodNotFound(id: unknown): object {
  return { jsonrpc: '2.0', id, error: { code: -32_601, message: 'Method not found' } };
}

/** Only the headers that the protocol reads: a credential does not go further than the access control. */
function toWebRequest({ headers }: FastifyRequest, signal: AbortSignal): Request {
  const passed = Object.entries(headers).filter(
    (header): header is [string, string] =>
      typeof header[1] === 'string' && /^(?:accept|content-type|mcp-.*)$/.test(header[0]),
  );
  return new Request('http://localhost/mcp', { method: 'POST', headers: passed, signal });
}

async function send(reply: FastifyReply, response: Response): Promise<void> {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  for (const [name, value] of response.headers) if (name !== 'connection') void reply.header(name, value);
  // Without it, nginx buffers the events.
  if (isStream) void reply.header('x-accel-buffering', 'no');
  const body = isStream ? Readable.fromWeb(response.body as ReadableStream) : await response.text();
  void reply.code(response.status).header('cache-control', 'no-store').send(body);
}
