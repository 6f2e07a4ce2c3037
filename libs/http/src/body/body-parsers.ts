import multipart from '@fastify/multipart';
import { InvalidInputError, PayloadTooLargeError, UnsupportedMediaTypeError } from '#kernel';
import type { FastifyInstance } from 'fastify';

const mebibyte = 1024 * 1024;
/** The size limit of a body, unless its route declares another. */
export const defaultBodyLimitBytes = mebibyte;

/** Reads JSON bodies up to a size and a depth, and forms on the routes that declare one; refuses all other bodies. */
export async function registerBodyParsers(server: FastifyInstance): Promise<void> {
  server.removeContentTypeParser('text/plain');
  registerJsonParser(server);
  await registerMultipartParser(server);
  rejectLargeBodies(server);
  rejectDeepBodies(server);
}

/**
 * The type of RFC 7396 (merge patch) is parsed as JSON too. A route that declares `maxJsonBytes` has its own size limit. An empty body
 * counts as no body, because many clients send `Content-Type: application/json` without one.
 */
function registerJsonParser(server: FastifyInstance): void {
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser('application/json');
  const jsonTypes = ['application/json', 'application/merge-patch+json'];
  server.addContentTypeParser<string>(jsonTypes, { parseAs: 'string' }, (request, body, done) =>
    body === '' ? done(null, undefined) : parseJson(request, body, done),
  );
  server.addHook('onRoute', (route) => {
    const maxJsonBytes = route.config?.form?.maxJsonBytes;
    if (maxJsonBytes !== undefined) route.bodyLimit = maxJsonBytes;
  });
}

/** A form is read by `@MultipartForm` alone. On a route without it, a form is refused with `unsupported-media-type`. */
async function registerMultipartParser(server: FastifyInstance): Promise<void> {
  await server.register(multipart, { preservePath: true });
  server.addHook('onRequest', ({ headers, routeOptions }, _reply, done) => {
    const isUndeclaredForm = isMultipart(headers) && !routeOptions.config.form;
    done(
      isUndeclaredForm
        ? new UnsupportedMediaTypeError('This route does not accept a form; send application/json.')
        : undefined,
    );
  });
}

/** True if the body is a form, by its `Content-Type`. */
export function isMultipart(headers: { 'content-type'?: string | undefined }): boolean {
  return headers['content-type']?.toLowerCase().startsWith('multipart/') ?? false;
}

/** A refused body is read to its end, up to this size. Otherwise the client sees a broken connection instead of the problem. */
const maxDrainedBytes = 64 * mebibyte;

function rejectLargeBodies(server: FastifyInstance): void {
  server.addHook('onRequest', ({ headers, routeOptions, raw }, _reply, done) => {
    const contentLength = Number(headers['content-length'] ?? 0);
    const { form } = routeOptions.config;
    const limit = (isMultipart(headers) ? form?.maxBytes : routeOptions.bodyLimit) ?? defaultBodyLimitBytes;
    if (contentLength <= limit) return done();
    const message = `The body has ${contentLength} bytes; the limit here is ${limit}.`;
    const reject = (): void => done(new PayloadTooLargeError(message));
    if (contentLength > maxDrainedBytes) return reject();
    drainStream(raw).then(reject, reject);
  });
}

function drainStream(stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ['end', 'close', 'error']) stream.once(event, () => resolve());
    stream.resume();
  });
}

const maxDepth = 64;

/** Code that walks through a body is recursive, so a megabyte of nested brackets would overflow the stack. */
function rejectDeepBodies(server: FastifyInstance): void {
  const message = `The body is nested deeper than ${maxDepth} levels.`;
  server.addHook('preValidation', ({ body }, _reply, done) => {
    const isWithinDepth = !isDeeperThan(body, maxDepth);
    done(isWithinDepth ? undefined : new InvalidInputError([{ field: '', rule: 'type', message }]));
  });
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => isDeeperThan(inner, depth - 1));
}
