import type { IncomingMessage } from 'node:http';
import multipart from '@fastify/multipart';
import { PayloadTooLargeError, UnsupportedMediaTypeError } from '#kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BytesInFlight } from './bytes-in-flight.js';
import { JsonShape } from './json/json-shape.js';
import { isLargeJson, parseJson, parseLargeJson } from './json/parse-json.js';
import { ndjsonType, readNdjson } from './ndjson.js';
import { readText } from './read-text.js';
import type { UploadWatch } from './upload-watch.js';
import { readUrlencoded, urlencodedType } from './urlencoded-form.js';

const mebibyte = 1024 * 1024;
/** The size limit of a body, unless its route declares another. */
export const defaultBodyLimitBytes = mebibyte;

/**
 * Follows every body, also of a request that is refused: the rest of it is discarded as it arrives, but not for ever. The watch ends with
 * the server.
 */
export function watchBodies(server: FastifyInstance, watch: UploadWatch): void {
  server.addHook('onRequest', ({ headers, raw }, reply, done) => {
    if (hasBody(headers)) watch.watch(raw, reply.raw);
    done();
  });
  server.addHook('onSend', ({ headers, raw }, reply, payload, done) => {
    if (hasBody(headers) && !raw.complete) keepUntilBodyEnds(raw, reply);
    done(null, payload);
  });
  server.addHook('onClose', async () => watch.close());
}

/** A connection that closes before the whole body was read is reset, and the client may lose the answer. It closes after the body. */
function keepUntilBodyEnds(request: IncomingMessage, reply: FastifyReply): void {
  const mustClose = !reply.raw.shouldKeepAlive || reply.getHeader('connection') === 'close';
  reply.removeHeader('connection');
  reply.raw.shouldKeepAlive = true;
  if (mustClose) request.once('end', () => request.socket.end());
}

/**
 * Reads JSON bodies up to a size, a depth and a number of values, and forms on the routes that declare one; refuses all other bodies. Add
 * it after the hooks that refuse callers.
 */
export async function registerBodyParsers(server: FastifyInstance): Promise<void> {
  server.removeContentTypeParser('text/plain');
  registerJsonParser(server);
  registerNdjsonParser(server);
  registerUrlencodedParser(server);
  await server.register(multipart, { preservePath: true });
  limitBodies(server);
}

/**
 * The type of RFC 7396 (merge patch) is parsed as JSON too. A route that declares `maxJsonBytes` has its own size limit. An empty body
 * counts as no body, because many clients send `Content-Type: application/json` without one.
 */
function registerJsonParser(server: FastifyInstance): void {
  server.removeContentTypeParser('application/json');
  const jsonTypes = ['application/json', 'application/merge-patch+json'];
  server.addContentTypeParser(jsonTypes, async (request: FastifyRequest, payload: IncomingMessage) => {
    const text = await readText(payload, maxBytesOf(request), new JsonShape());
    if (text === '') return undefined;
    return isLargeJson(text) ? parseLargeJson(text) : parseJson(text);
  });
  server.addHook('onRoute', (route) => {
    const maxJsonBytes = route.config?.form?.maxJsonBytes;
    if (maxJsonBytes !== undefined) route.bodyLimit = maxJsonBytes;
  });
}

/** Reads the lines on the routes that declare them with `@NdjsonBody`; `limitBodies` has refused the others. */
function registerNdjsonParser(server: FastifyInstance): void {
  server.addContentTypeParser(ndjsonType, ({ routeOptions }: FastifyRequest, payload: IncomingMessage) =>
    readNdjson(payload, routeOptions.config.ndjson!),
  );
  server.addHook('onRoute', (route) => {
    const maxBytes = route.config?.ndjson?.maxBytes;
    if (maxBytes !== undefined) route.bodyLimit = maxBytes;
  });
}

/** Reads the form on the routes that declare one with `@UrlencodedForm`; `limitBodies` has refused the others. */
function registerUrlencodedParser(server: FastifyInstance): void {
  server.addContentTypeParser(urlencodedType, (request: FastifyRequest, payload: IncomingMessage) =>
    readUrlencoded(payload, maxBytesOf(request)),
  );
  server.addHook('onRoute', (route) => {
    const maxBytes = route.config?.urlencodedMaxBytes;
    if (maxBytes !== undefined) route.bodyLimit = maxBytes;
  });
}

/** Refuses by the headers what the route does not read, and counts the rest from before it arrives until the request is answered. */
function limitBodies(server: FastifyInstance): void {
  const bytesInFlight = new BytesInFlight();
  server.addHook('onRequest', (request, reply, done) => {
    const { headers, principal } = request;
    assertAccepted(request);
    if (!hasBody(headers)) return done();
    const bytes = Number(headers['content-length'] ?? maxBytesOf(request));
    reply.raw.once('close', bytesInFlight.reserve(principal?.tenantId ?? null, bytes));
    done();
  });
}

function assertAccepted(request: FastifyRequest): void {
  const { headers, routeOptions } = request;
  if (isMultipart(headers) && !routeOptions.config.form)
    throw new UnsupportedMediaTypeError('This route does not accept a form; send application/json.');
  if (hasBody(headers)) {
    assertNotCompressed(headers);
    assertAcceptedType(request);
  }
  const contentLength = Number(headers['content-length'] ?? 0);
  const limit = maxBytesOf(request);
  if (contentLength > limit)
    throw new PayloadTooLargeError(`The body has ${contentLength} bytes; the limit here is ${limit}.`);
}

function assertNotCompressed({ 'content-encoding': encoding = 'identity' }: FastifyRequest['headers']): void {
  if (encoding.toLowerCase() !== 'identity')
    throw new UnsupportedMediaTypeError(
      `The body has Content-Encoding: ${encoding.slice(0, 100)}; send it without compression.`,
    );
}

function assertAcceptedType({ headers, routeOptions: { config } }: FastifyRequest): void {
  const isForm = isOfType(headers, urlencodedType);
  if (isNdjson(headers) !== (config.ndjson !== undefined))
    throw new UnsupportedMediaTypeError(
      `This route reads ${isNdjson(headers) ? 'no lines; send application/json' : `lines of JSON; send ${ndjsonType}`}.`,
    );
  if (isForm !== (config.urlencodedMaxBytes !== undefined))
    throw new UnsupportedMediaTypeError(
      isForm
        ? `The body has ${urlencodedType}; send JSON, with "Content-Type: application/json".`
        : `This route reads a form; send ${urlencodedType}.`,
    );
}

/** The size limit of this request's body. A form is read by `@MultipartForm` alone. */
function maxBytesOf({ headers, routeOptions }: FastifyRequest): number {
  const { config, bodyLimit } = routeOptions;
  return (isMultipart(headers) ? config.form?.maxBytes : bodyLimit) ?? defaultBodyLimitBytes;
}

type BodyHeaders = Pick<FastifyRequest['headers'], 'content-type' | 'content-length' | 'transfer-encoding'>;

/** True if a body follows the headers. */
function hasBody(headers: BodyHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isNdjson(headers: BodyHeaders): boolean {
  return isOfType(headers, ndjsonType);
}

function isOfType(headers: BodyHeaders, type: string): boolean {
  return headers['content-type']?.split(';')[0]!.trim().toLowerCase() === type;
}

/** True if the body is a form, by its `Content-Type`. */
export function isMultipart(headers: BodyHeaders): boolean {
  return headers['content-type']?.toLowerCase().startsWith('multipart/') ?? false;
}
