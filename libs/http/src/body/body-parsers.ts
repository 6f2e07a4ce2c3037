import multipart from '@fastify/multipart';
import { InvalidInputError, PayloadTooLargeError, UnsupportedMediaTypeError } from '#kernel';
import type { FastifyInstance } from 'fastify';

const mebibyte = 1024 * 1024;
/** Of a body, where its route names no other. */
export const defaultBodyLimitBytes = mebibyte;

/** What is read of a request's body: JSON up to its size and depth, and the forms that a route declared. */
export async function registerBodyParsers(server: FastifyInstance): Promise<void> {
  server.removeContentTypeParser('text/plain');
  registerJsonParser(server);
  await registerMultipartParser(server);
  rejectLargeBodies(server);
  rejectDeepBodies(server);
}

/**
 * RFC 7396's own type is JSON like any other; documents may be larger than other bodies. Many clients name a type even where they send
 * no body: that is none.
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

/** Only what a route declared with `@MultipartForm` is read, and by that; elsewhere a form is no body that anybody knows. */
async function registerMultipartParser(server: FastifyInstance): Promise<void> {
  await server.register(multipart, { preservePath: true });
  server.addHook('onRequest', ({ headers, routeOptions }, _reply, done) => {
    const isUndeclaredForm = isMultipart(headers) && !routeOptions.config.form;
    done(isUndeclaredForm ? new UnsupportedMediaTypeError('No form can be sent here.') : undefined);
  });
}

export function isMultipart(headers: { 'content-type'?: string | undefined }): boolean {
  return headers['content-type']?.toLowerCase().startsWith('multipart/') ?? false;
}

/** A body that is refused is still read, up to this, so that the client gets to see why instead of a broken pipe. */
const maxDrainedBytes = 64 * mebibyte;

function rejectLargeBodies(server: FastifyInstance): void {
  server.addHook('onRequest', ({ headers, routeOptions, raw }, _reply, done) => {
    const contentLength = Number(headers['content-length'] ?? 0);
    const { form } = routeOptions.config;
    const limit = (isMultipart(headers) ? form?.maxBytes : routeOptions.bodyLimit) ?? defaultBodyLimitBytes;
    if (contentLength <= limit) return done();
    const message = `The body has ${contentLength} bytes; at most ${limit} are read here.`;
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

/** Whatever walks through a body later does so by recursion: a megabyte of brackets would be the end of the stack. */
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
