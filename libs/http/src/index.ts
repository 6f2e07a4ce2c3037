export {
  AcceptKeyHeader,
  Access,
  CurrentPrincipal,
  CurrentTenant,
  type DeclaredRole,
  type RequiredAccess,
  addressOf,
  authorAndTenantOf,
  principalOf,
  tenantIdInPath,
  tenantIdOfRequest,
} from './access/access.decorators.js';
export { requiredAccessOf } from './access/access-control.js';
export { AcceptsStreamTicket, StreamTicketQuery } from './access/stream-ticket.js';
export { type Principal, type Role, type Scope, isPlatformRole, roles, scopes } from './access/principal.js';
export { OpenToAllOrigins } from './server/cors.js';
export { isFromKnownOrigin, isLoopbackHost, isOwnOrigin, publicUrlOf } from './server/public-url.js';
export { RequestMetrics } from './observation/request-metrics.js';
export type { AccessLogEntry } from './observation/access-log-entry.js';
export { abortOnDisconnect } from './server/abort-on-disconnect.js';
export { isStorable } from './input/field-check.js';
export {
  ApiAnswer,
  ApiEventStream,
  ApiNdjson,
  ApiEvents,
  ApiFile,
  ApiProblems,
  ApiRequestBody,
  headerReferences,
} from './openapi/api-decorators.js';
export { FieldErrorResponse } from './openapi/field-error.response.js';
export { buildExample, buildSchemaExample } from './openapi/examples.js';
export { type Field, type InputClass, fieldSchema, fieldsOf } from './input/field.js';
export * from './input/field-decorators.js';
export { type HttpAdapterOptions, createHttpAdapter } from './server/create-http-adapter.js';
export { HttpModule } from './http.module.js';
export { AlsoCheck, type ValidInput } from './input/also-check.js';
export { IgnoreUndeclaredInput } from './input/input.interceptor.js';
export {
  Page,
  PageQuery,
  decodeCursor,
  defaultPageLimit,
  encodeCursor,
  isTimestamp,
  isIntegerString,
  paginateInMemory,
  toPage,
  withTotal,
} from './input/page.js';
export { acceptedType } from './response/accepted-type.js';
export { Accepted, Created, applyLocatedResponse } from './response/located-response.js';
export { type RateLimitStatus, rateLimitHeaders } from './response/rate-limit-headers.js';
export type { PreparedResponse } from './server/fast-path.js';
export { type Problem, toProblem } from './problem/problem.js';
export { type DeclaredErrorForm, ProblemForm, type ToErrorAnswer } from './problem/problem-form.js';
export { problemExample, problemTypes } from './problem/problem-types.js';
export { respondWithEvents } from './sse/respond-with-events.js';
export { EventConnection } from './sse/event-connection.js';
export {
  type ServerSentEvent,
  endOfChunks,
  toEventStreamFile,
  heartbeat,
  sendEventStream,
} from './sse/event-stream.js';
export { StartupNotices } from './startup-notices.js';
export { checkInput, findFieldErrors, withoutInvalidFields } from './input/validate-input.js';
export { type FormLimits, UploadedFile, UploadedForm } from './body/uploaded-form.js';
export { MultipartForm } from './body/multipart-form.js';
export { JsonShape } from './body/json/json-shape.js';
export { NdjsonBody, type NdjsonLine, ndjsonType, parseNdjsonLine } from './body/ndjson.js';
export { UrlencodedForm } from './body/urlencoded-form.js';
