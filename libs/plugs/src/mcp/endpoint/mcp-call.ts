import type { Principal } from '#http';
import type { McpServer } from '@modelcontextprotocol/server';
import type { FastifyRequest } from 'fastify';

/** One message of a client: who sends it, for which tenant, and in which HTTP request. */
export interface McpCall {
  readonly tenantId: string;
  readonly principal: Principal;
  readonly request: FastifyRequest;
  /** Aborts when the client disconnects. */
  readonly signal: AbortSignal;
}

/**
 * Makes the server that answers one message. Nothing is kept between messages, so any replica can answer the next one.
 */
export abstract class McpServerFactory {
  abstract create(call: McpCall): McpServer | Promise<McpServer>;
}

/** Makes the real factory with the first message, because that needs the library of the protocol. */
export class LazyServerFactory extends McpServerFactory {
  private factory: Promise<McpServerFactory> | null = null;

  constructor(private readonly load: () => Promise<McpServerFactory>) {
    super();
  }

  async create(call: McpCall): Promise<McpServer> {
    this.factory ??= this.load();
    return (await this.factory).create(call);
  }
}
