import { AddRouteConfig } from './route-config.js';
import { StringField } from '../input/field-decorators.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True where a ticket in the query string replaces the credential. */
    readonly acceptsStreamTicket?: true;
  }
}

/**
 * The route may be called with `?ticket=` in place of a credential, because `EventSource` in browsers cannot send headers. Its query must be
 * a `StreamTicketQuery`.
 */
export const AcceptsStreamTicket = (): MethodDecorator => AddRouteConfig({ acceptsStreamTicket: true });

/** The query of a route that accepts a stream ticket. */
export class StreamTicketQuery {
  @StringField({
    optional: true,
    max: 200,
    description: 'A stream ticket, in place of a credential. A credential in a header wins.',
    example: '4f1c2a9b7d3e5f60.495011.Zk1uYzJ4Q2p0b3pXbDhxRg',
  })
  ticket?: string;
}
