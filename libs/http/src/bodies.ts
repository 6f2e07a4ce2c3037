import multipart from '@fastify/multipart';
import { InvalidInputError, PayloadTooLargeError, UnsupportedMediaTypeError } from '#kernel';
import type { FastifyInstance } from 'fastify';

const mebibyte = 1024 * 1024;
/** Of a body, where its route names no other. */
export const bodyLimit = mebibyte;
const documentLimit = 16 * mebibyte;

/** What is read of a request's body: JSON up to its size and depth, and the forms that a route declared. */
export async function readBodies(server: FastifyInstance): Promise<void> {
  server.removeContentTypeParser('text/plain');
  readJson(server);
  await readForms(server);
  refuseLargeBodies(server);
  refuseDeepBodies(server);
}

/**
 * RFC 7396's own type is JSON like any other; documents may be larger than other bodies. Many clients name a type even where they send
 * no body: that is none.
 */
function readJson(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser('application/json');
  const types = ['application/json', 'application/merge-patch+json'];
  server.addContentTypeParser<string>(types, { parseAs: 'string' }, (request, body, done) =>
    body === '' ? done(null, undefined) : parse(request, body, done),
  );
  server.addHook('onRoute', (route) => {
    if (route.url === '/v1/documents') route.bodyLimit = documentLimit;
  });
}

/** Only what a route declared with `@ReadsForm` is read, and by that; elsewhere a form is no body that anybody knows. */
async function readForms(server: FastifyInstance): Promise<void> {
  await server.register(multipart, { preservePath: true });
  server.addHook('onRequest', ({ headers, routeOptions }, _reply, done) => {
    const isRefused = isForm(headers) && !routeOptions.config.form;
    done(isRefused ? new UnsupportedMediaTypeError('No form can be sent here.') : undefined);
  });
}

export function isForm(headers: { 'content-type'?: string | undefined }): boolean {
  return headers['content-type']?.toLowerCase().startsWith('multipart/') ?? false;
}

/** A body that is refused is still read, up to this, so that the client gets to see why instead of a broken pipe. */
const mostDrained = 64 * mebibyte;

function refuseLargeBodies(server: FastifyInstance): void {
  server.addHook('onRequest', ({ headers, routeOptions, raw }, _reply, done) => {
    const length = Number(headers['content-length'] ?? 0);
    const { form } = routeOptions.config;
    const limit = (isForm(headers) ? form?.bytes : routeOptions.bodyLimit) ?? bodyLimit;
    if (length <= limit) return done();
    const message = `The body has ${length} bytes; at most ${limit} are read here.`;
    const refuse = (): void => done(new PayloadTooLargeError(message));
    if (length > mostDrained) return refuse();
    drained(raw).then(refuse, refuse);
  });
}

function drained(stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ['end', 'close', 'error']) stream.once(event, () => resolve());
    stream.resume();
  });
}

const mostLevels = 64;

/** Whatever walks through a body later does so by recursion: a megabyte of brackets would be the end of the stack. */
function refuseDeepBodies(server: FastifyInstance): void {
  const message = `The body is nested deeper than ${mostLevels} levels.`;
  server.addHook('preValidation', ({ body }, _reply, done) => {
    const isFine = !isDeeper(body, mostLevels);
    done(isFine ? undefined : new InvalidInputError([{ field: '', rule: 'type', message }]));
  });
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
