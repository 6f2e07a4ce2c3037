import type { ApiAnswer } from '#testing';
import type { Problem } from './stage.js';

const rules = [
  'type', 'min', 'max', 'max_length', 'pattern', 'enum', 'unknown_field', 'required', 'platform_only', 'locked_by_plan',
  'plan_ceiling', 'model_range', 'combination', 'template_syntax', 'unknown_variable', 'suspicious', 'read_only', 'too_many',
]; // prettier-ignore

/** The answer is the named problem, in every detail that API.md promises of problems. */
export function expectProblem(
  { status, headers, body }: ApiAnswer<unknown>,
  expected: number,
  slug: string,
): void {
  const problem = body as Problem;
  expect({ status, slug: problem?.type, body }).toEqual({
    status: expected,
    slug: `/problems/${slug}`,
    body,
  });
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(problem).toMatchObject({ status: expected, title: expect.any(String), detail: expect.any(String) });
  expect(problem['request_id']).toBe(headers.get('x-request-id'));
  expect(JSON.stringify(body)).not.toMatch(/node_modules|\bat .+:\d+:\d+|SELECT |INSERT |UPDATE /);
  if (slug === 'invalid-input') expectFaults(problem);
}

function expectFaults({ errors = [] }: Problem): void {
  expect(errors.length).toBeGreaterThan(0);
  for (const fault of errors) {
    expect(fault).toMatchObject({ field: expect.any(String), message: expect.any(String) });
    expect(fault).toHaveProperty('value');
    expect(rules).toContain(fault.rule);
    expect(JSON.stringify(fault['value']).length).toBeLessThan(1000);
  }
}
