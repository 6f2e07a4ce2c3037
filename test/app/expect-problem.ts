import type { ApiResponse } from '#testing';
import type { Problem } from './test-app.js';

const knownRules = [
  'type', 'min', 'max', 'max_length', 'pattern', 'enum', 'unknown_field', 'required', 'platform_only', 'locked_by_plan',
  'plan_ceiling', 'model_range', 'combination', 'template_syntax', 'unknown_variable', 'suspicious', 'read_only', 'too_many',
]; // prettier-ignore

/** Expects the named problem with every detail that the HTTP contract promises. */
export function expectProblem(
  { status, headers, body }: ApiResponse<unknown>,
  expectedStatus: number,
  slug: string,
): void {
  const problem = body as Problem;
  expect({ status, slug: problem?.type, body }).toEqual({
    status: expectedStatus,
    slug: `/problems/${slug}`,
    body,
  });
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(problem).toMatchObject({
    status: expectedStatus,
    title: expect.any(String),
    detail: expect.any(String),
  });
  expect(problem['request_id']).toBe(headers.get('x-request-id'));
  expect(JSON.stringify(body)).not.toMatch(/node_modules|\bat .+:\d+:\d+|SELECT |INSERT |UPDATE /);
  if (slug === 'invalid-input') expectFieldErrors(problem);
}

function expectFieldErrors({ errors = [] }: Problem): void {
  expect(errors.length).toBeGreaterThan(0);
  for (const fieldError of errors) {
    expect(fieldError).toMatchObject({ field: expect.any(String), message: expect.any(String) });
    expect(fieldError).toHaveProperty('value');
    expect(knownRules).toContain(fieldError.rule);
    expect(JSON.stringify(fieldError['value']).length).toBeLessThan(1000);
  }
}
