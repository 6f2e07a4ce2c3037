import type { FastifyContextConfig, FastifyInstance } from 'fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';

export const maxPathParameterLength = 400;

declare module 'fastify' {
  interface FastifyInstance {
    /** The methods of the routes at this path; empty if there is no route. */
    methodsAt(path: string): string[];
    /** The form of the errors at this path: that of its first route that has one. */
    problemFormAt(path: string): FastifyContextConfig['problemForm'];
    /** True if a route at this path has `@OpenToAllOrigins`. */
    isOpenToAllOrigins(path: string): boolean;
  }
}

const supportedMethods: HTTPMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Adds look-ups by path alone. Fastify itself answers 404 for a path that exists with other methods, and cannot say which. */
export function addRouteLookup(server: FastifyInstance): void {
  const router = findMyWay({ maxParamLength: maxPathParameterLength });
  server.addHook('onRoute', ({ method, url, config }) => {
    if (url.includes('*')) return;
    for (const routeMethod of [method].flat() as HTTPMethod[]) {
      if (!router.hasRoute(routeMethod, url)) router.on(routeMethod, url, () => undefined, config ?? {});
    }
  });
  const find = (path: string, method: HTTPMethod): FastifyContextConfig | undefined =>
    router.find(method, path)?.store as FastifyContextConfig | undefined;
  server.decorate('methodsAt', (path) => supportedMethods.filter((method) => find(path, method)));
  server.decorate('problemFormAt', (path) => {
    const readable = toReadablePath(path);
    return supportedMethods
      .map((method) => find(readable, method)?.problemForm)
      .find((form) => form !== undefined);
  });
  server.decorate('isOpenToAllOrigins', (path) =>
    supportedMethods.some((method) => find(path, method)?.isOpenToAllOrigins),
  );
}

/** The path without what makes it unreadable, such as a broken escape. It finds the route whose form the refusal takes. */
function toReadablePath(path: string): string {
  const parts = path.replaceAll('%', '_').split('/');
  return parts.map((part) => part.slice(0, maxPathParameterLength)).join('/');
}
