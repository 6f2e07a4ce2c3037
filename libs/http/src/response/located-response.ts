import type { FastifyInstance, FastifyReply } from 'fastify';

/** A response that names another resource in its `Location` header. Handlers return `Accepted` or `Created`. */
abstract class LocatedResponse<Body> {
  abstract readonly status: number;

  /** @param location The path of the resource, for instance `/v1/platform/bulk-updates/4f1c2a9b`, without the path of `PUBLIC_URL`. */
  constructor(
    readonly body: Body,
    readonly location: string,
  ) {}
}

/**
 * A handler returns it to answer 202: the work goes on, and `location` is where the client can follow it. The status overrides the
 * route's `@HttpCode`.
 *
 * @example
 * return new Accepted(operation, `/v1/platform/bulk-updates/${operation.id}`);
 */
export class Accepted<Body> extends LocatedResponse<Body> {
  readonly status = 202;
}

/**
 * A handler returns it to answer 201: the resource exists now, at `location`. The status overrides the route's `@HttpCode`.
 *
 * @example
 * return new Created(request, `/v1/config/change-requests/${request.id}`);
 */
export class Created<Body> extends LocatedResponse<Body> {
  readonly status = 201;
}

/**
 * Sets the status and the `Location` header of an `Accepted` or `Created`, and returns its body. Returns any other result unchanged.
 * An interceptor that needs the final status calls it before the response is sent; a second call changes nothing.
 */
export function applyLocatedResponse(reply: FastifyReply, result: unknown): unknown {
  if (!(result instanceof LocatedResponse)) return result;
  reply.status(result.status).header('location', `${reply.server.publicPath}${result.location}`);
  return result.body;
}

/** Lets every handler answer 202 or 201 with a `Location` by what it returns, without `@Res()`. */
export function addLocatedResponses(server: FastifyInstance): void {
  server.addHook('preSerialization', (_request, reply, payload, done) => {
    done(null, applyLocatedResponse(reply, payload));
  });
}
