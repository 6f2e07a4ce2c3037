export type { AccessLogEntry } from './answered-request.js';
export { abortOnDisconnect } from './client-signal.js';
export { isStorable } from './input/check.js';
export { ApiAnswer, ApiProblems, problemExample, problemSchema } from './openapi/answers.js';
export { ApiEventStream } from './openapi/event-stream.js';
export { buildExample } from './openapi/example.js';
export { fieldSchema, fieldsOf } from './input/field.js';
export * from './input/fields.js';
export { type HttpAdapterOptions, createHttpAdapter } from './host.js';
export { HttpModule } from './http.module.js';
export type { IdempotentRequest, StoredResponse } from './idempotency.js';
export { UndeclaredInputGuard } from './input/declared-input.guard.js';
export { InputPipe } from './input/input.pipe.js';
export {
  Page,
  PageQuery,
  decodeCursor,
  defaultPageLimit,
  encodeCursor,
  isTimestamp,
  isIntegerString,
  toPage,
} from './input/page.js';
export type { PreparedResponse } from './prepared-answers.js';
export { toProblem } from './problem/problem.js';
export { problemTypes } from './problem/problem-types.js';
export { ApiRequestBody } from './openapi/request-body.js';
export { buildSchemaExample } from './openapi/schema-example.js';
export { respondWithEvents } from './sse/answer-with-events.js';
export { type ServerSentEvent, toEventStreamFile, heartbeat, sendEventStream } from './sse/event-stream.js';
export { StartupNotices } from './startup-notice.js';
export { findFieldErrors, validateInput } from './input/validation.js';
export { type FormLimits, UploadedFile, UploadedForm } from './upload/form.js';
export { MultipartForm } from './upload/reads-form.js';
