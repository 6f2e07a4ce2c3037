export type { AnsweredRequest } from './answered-request.js';
export { clientSignal } from './client-signal.js';
export { isStorable } from './input/check.js';
export { Answer, Problems, problemExample, problemSchema } from './openapi/answers.js';
export { EventStream } from './openapi/event-stream.js';
export { exampleOf } from './openapi/example.js';
export { fieldSchema, fieldsOf } from './input/field.js';
export * from './input/fields.js';
export { type HostOptions, createHost } from './host.js';
export { HttpModule } from './http.module.js';
export type { IdempotentRequest, KeptAnswer } from './idempotency.js';
export { DeclaredInput } from './input/declared-input.guard.js';
export { InputPipe } from './input/input.pipe.js';
export {
  Page,
  PageQuery,
  decodeCursor,
  defaultLimit,
  encodeCursor,
  isMoment,
  isWholeNumber,
  pageOf,
} from './input/page.js';
export type { PreparedAnswer } from './prepared-answers.js';
export { problemOf } from './problem/problem.js';
export { problemTypes } from './problem/problem-types.js';
export { RequestBody } from './openapi/request-body.js';
export { exampleOfSchema } from './openapi/schema-example.js';
export { answerWithEvents } from './sse/answer-with-events.js';
export { type ServerEvent, eventsAnswer, heartbeat, sendEvents } from './sse/event-stream.js';
export { StartupNotices } from './startup-notice.js';
export { faultsOf, validateInput } from './input/validation.js';
export { type FormLimits, UploadedFile, UploadedForm } from './upload/form.js';
export { ReadsForm } from './upload/reads-form.js';
