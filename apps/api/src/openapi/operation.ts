import type { DeclaredErrorForm, DeclaredRole } from '#http';
import type { ProblemSlug } from '#kernel';

interface MediaType {
  schema: unknown;
  example?: unknown;
  examples?: unknown;
}

/** A response as `@ApiAnswer` and `@ApiProblems` declare it, or a reference to a shared one. */
interface OperationResponse {
  readonly description?: string;
  readonly content?: Record<string, MediaType>;
  headers?: Record<string, unknown>;
  links?: Record<string, object>;
  /** The problems that `@ApiProblems` declares for this status. */
  readonly 'x-problems'?: readonly ProblemSlug[];
  readonly $ref?: string;
}

/** A parameter in the path, the query or a header. */
interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly schema?: { readonly type?: unknown };
}

/** One operation of the OpenAPI document. */
export interface Operation {
  operationId?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  'x-attune-role'?: DeclaredRole;
  /** Set by `@ProblemForm`, and not part of the finished document. */
  'x-attune-error-form'?: DeclaredErrorForm;
  responses: Record<string, OperationResponse>;
  security?: unknown;
  readonly requestBody?: { readonly content: Record<string, MediaType> };
}
