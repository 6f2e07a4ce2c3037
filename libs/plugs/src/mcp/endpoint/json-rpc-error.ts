import type { Problem, ToErrorAnswer } from '#http';
import type { ProblemSlug } from '#kernel';

/** The codes of JSON-RPC 2.0 §5.1. Those from -32000 on are for servers to define. */
const parseError = -32_700;
const invalidRequest = -32_600;
const serverError = -32_000;
const internalError = -32_603;

const codes: Readonly<Partial<Record<ProblemSlug, number>>> = {
  'invalid-input': invalidRequest,
  'payload-too-large': invalidRequest,
  'unsupported-media-type': invalidRequest,
  internal: internalError,
};

/** Errors of the endpoint itself: JSON-RPC with the status of the problem, which is in `data`. The id of the message is not known. */
export const toJsonRpcError: ToErrorAnswer = (problem) => ({
  contentType: 'application/json',
  body: {
    jsonrpc: '2.0',
    id: null,
    error: { code: codeOf(problem), message: problem.body['detail'], data: problem.body },
  },
});

/** Only a body that is not JSON has an error that names no field but a place. */
function codeOf({ slug, body }: Problem): number {
  const [first] = (body['errors'] ?? []) as { readonly offset?: number }[];
  return first?.offset === undefined ? (codes[slug] ?? serverError) : parseError;
}
