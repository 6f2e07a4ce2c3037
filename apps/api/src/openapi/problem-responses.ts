import { type DeclaredErrorForm, headerReferences, problemExample, problemTypes } from '#http';
import type { ProblemSlug } from '#kernel';
import type { Operation } from './operation.js';

const everywhere: readonly ProblemSlug[] = ['invalid-input', 'internal', 'unavailable'];

/** The problems that an operation can answer because of what it is, without declaring them. */
function impliedProblems(path: string, { security, requestBody, parameters = [] }: Operation): ProblemSlug[] {
  const isPublic = security === undefined;
  const isIdempotent = parameters.some(({ name }) => name === 'Idempotency-Key');
  return [
    ...everywhere,
    ...(isPublic ? [] : (['unauthenticated', 'forbidden'] as const)),
    ...(path.includes('{tenant_id}') ? (['not-found'] as const) : []),
    ...(isIdempotent ? (['conflict'] as const) : []),
    ...(requestBody ? (['payload-too-large', 'unsupported-media-type'] as const) : []),
    // The bytes that a tenant may have in flight are limited.
    ...(requestBody && !isPublic ? (['rate-limited'] as const) : []),
  ];
}

/**
 * Replaces the declared problems of an operation, and adds the implied ones, by references to shared responses: one for each set of problems
 * with the same status. Adds the shared responses to `shared`.
 */
export function completeProblems(path: string, operation: Operation, shared: Record<string, unknown>): void {
  const { responses, 'x-attune-error-form': form } = operation;
  delete operation['x-attune-error-form'];
  const declared = Object.values(responses).flatMap(({ 'x-problems': slugs = [] }) => slugs);
  const slugs = [...new Set([...declared, ...impliedProblems(path, operation)])].toSorted();
  const byStatus = Map.groupBy(slugs, (slug) => problemTypes[slug].status);
  for (const [status, slugsOfStatus] of byStatus) {
    const isOtherAnswer = responses[status] !== undefined && !responses[status]['x-problems'];
    if (isOtherAnswer) continue;
    const name = `${slugsOfStatus.map(toPascalCase).join('Or')}${form ? `As${form.schema}` : ''}`;
    shared[name] ??= problemResponse(status, slugsOfStatus, form);
    responses[status] = { $ref: `#/components/responses/${name}` };
  }
}

function problemResponse(status: number, slugs: readonly ProblemSlug[], form?: DeclaredErrorForm): object {
  return {
    description: slugs.map((slug) => problemTypes[slug].title).join(' · '),
    headers: headerReferences(['X-Request-Id', ...headersOfStatus(status)]),
    content: contentOf(slugs, form),
  };
}

function contentOf(slugs: readonly ProblemSlug[], form?: DeclaredErrorForm): object {
  const { schema = 'Problem', contentType = 'application/problem+json' } = form ?? {};
  const exampleOf = (slug: ProblemSlug): unknown => form?.examples[slug] ?? problemExample(slug);
  const examples = Object.fromEntries(slugs.map((slug) => [slug, { value: exampleOf(slug) }]));
  return { [contentType]: { schema: { $ref: `#/components/schemas/${schema}` }, examples } };
}

function headersOfStatus(status: number): string[] {
  if (status === 429) return ['Retry-After', 'RateLimit', 'RateLimit-Policy'];
  if (status === 503) return ['Retry-After'];
  return status === 401 ? ['WWW-Authenticate'] : [];
}

function toPascalCase(slug: string): string {
  return slug.replace(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
