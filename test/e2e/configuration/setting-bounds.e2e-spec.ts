import type { ApiClient } from '#testing';
import { expectProblem } from '../../app/expect-problem.js';
import {
  type Problem,
  type ConfigurationResponse,
  type TestTenant,
  getConfiguration,
  createTenant,
  fieldErrorsIn,
  useTestApp,
} from '../../app/test-app.js';

interface Property {
  readonly type?: string | string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly enum?: unknown[];
  readonly oneOf?: Property[];
  readonly 'x-set-by': 'tenant' | 'platform';
}

interface BoundaryCase {
  readonly name: string;
  readonly value: unknown;
  /** null: the value is allowed. */
  readonly rule: string | null;
}

const app = useTestApp();
let tenant: TestTenant;
let properties: Record<string, Property>;

beforeAll(async () => {
  tenant = await createTenant(app.platform, 'bounded', 'enterprise');
  const schema = await tenant.member.get<{ properties: Record<string, Property> }>('/v1/config/schema');
  properties = schema.body.properties;
});

/** Whose patch may set it, and where. */
function clientAndPathFor(name: string): [ApiClient, string] {
  if (properties[name]?.['x-set-by'] === 'tenant') return [tenant.admin, '/v1/config'];
  return [app.platform, `/v1/platform/tenants/${tenant.id}/config`];
}

/** One step is 1 for whole numbers, and the smallest that is left after rounding to nine digits for others. */
function numericCases(name: string, { type, minimum, maximum, oneOf }: Property): BoundaryCase[] {
  const number = oneOf?.find((each) => each.minimum !== undefined);
  if (number) return numericCases(name, { ...number, 'x-set-by': 'platform' });
  const step = type === 'integer' ? 1 : 1e-9;
  const low =
    minimum === undefined ? [] : boundaryCasesAround(name, minimum, { step, inside: 1, rule: 'min' });
  const high =
    maximum === undefined ? [] : boundaryCasesAround(name, maximum, { step, inside: -1, rule: 'max' });
  const half = type === 'integer' ? [{ name, value: (minimum ?? 0) + 0.5, rule: 'type' }] : [];
  return [...low, ...high, ...half];
}

function boundaryCasesAround(
  name: string,
  bound: number,
  { step, inside, rule }: { step: number; inside: 1 | -1; rule: string },
): BoundaryCase[] {
  return [
    { name, value: bound + inside * step, rule: null },
    { name, value: bound, rule: null },
    { name, value: bound - inside * step, rule },
  ];
}

const texts: Record<string, (length: number) => string> = {
  system_prompt_template: (length) => 'x'.repeat(length),
  ui_logo_url: (length) => 'https://logo.example/'.padEnd(length, 'x'),
  custom_domain: (length) => `${'a'.repeat(length - 204)}${`.${'a'.repeat(49)}`.repeat(4)}.com`,
};

function textCases(name: string, { maxLength }: Property): BoundaryCase[] {
  const text = texts[name];
  if (!text || maxLength === undefined) return [];
  return [maxLength - 1, maxLength, maxLength + 1].map((length) => ({
    name,
    value: text(length),
    rule: length > maxLength ? 'max_length' : null,
  }));
}

function choiceCases(name: string, property: Property): BoundaryCase[] {
  if (property.enum === undefined) return [];
  return [
    { name, value: 'no-such-choice', rule: 'enum' },
    ...property.enum.map((value) => ({ name, value, rule: null })),
  ];
}

/** The tenant starts every case from its defaults, with a model that takes every value in bounds. */
async function expectBound({ name, value, rule }: BoundaryCase): Promise<void> {
  const [client, path] = clientAndPathFor(name);
  const before = await getConfiguration(tenant.member);
  const answer = await client.patch<ConfigurationResponse & Problem>(path, { [name]: value });
  if (rule === null) {
    expect([name, answer.status, answer.body[name]]).toEqual([name, 200, value]);
    expect((await client.patch(path, { [name]: null })).status).toBe(200);
    return;
  }
  expectProblem(answer, 400, 'invalid-input');
  expect(fieldErrorsIn(answer.body)).toContain(`${name}: ${rule}`);
  expect(new Set(answer.body.errors?.map(({ field }) => field))).toEqual(new Set([name]));
  expect(await getConfiguration(tenant.member)).toEqual(before);
}

describe('every setting', () => {
  it('has a description with a type, bounds or choices, and who may set it', () => {
    expect(Object.keys(properties)).toHaveLength(21);
    for (const [name, property] of Object.entries(properties)) {
      const { type, oneOf } = property;
      expect([name, (type ?? oneOf) !== undefined]).toEqual([name, true]);
      expect(['tenant', 'platform']).toContain(property['x-set-by']);
    }
  });

  it('accepts its bounds and one step inside, and refuses one step outside', async () => {
    const cases = Object.entries(properties).flatMap(([name, property]) => numericCases(name, property));
    expect(cases.length).toBeGreaterThanOrEqual(8 * 6);
    for (const each of cases) await expectBound(each);
  });

  it('accepts a text of the maximum length, and refuses one more character', async () => {
    const cases = Object.entries(properties).flatMap(([name, property]) => textCases(name, property));
    expect(cases).toHaveLength(9);
    for (const each of cases) await expectBound(each);
  });

  it('accepts every choice of its list that the rest of the configuration allows, and no other', async () => {
    const cases = Object.entries(properties).flatMap(([name, property]) => choiceCases(name, property));
    expect(cases.length).toBeGreaterThan(4);
    for (const each of cases) await expectBound(each);
  });

  it('has the same bounds when a patch is only validated', async () => {
    const cases = Object.entries(properties).flatMap(([name, property]) => numericCases(name, property));
    for (const { name, value, rule } of cases) {
      const [client, path] = clientAndPathFor(name);
      const { body } = await client.post<Problem>(`${path}/validate`, { [name]: value });
      expect([name, value, fieldErrorsIn(body)]).toEqual([
        name,
        value,
        rule === null ? [] : [`${name}: ${rule}`],
      ]);
    }
  });
});

describe('input that a route does not know', () => {
  it.each([
    ['POST', '/v1/platform/bulk-updates/b1/revert?dry_run=true', undefined, 'dry_run: unknown_field'],
    ['POST', '/v1/platform/rollouts/r1/abort', { percentage: 0 }, 'percentage: unknown_field'],
    ['GET', '/v1/platform/tenants/bounded?include=sources', undefined, 'include: unknown_field'],
    ['DELETE', '/v1/platform/tenants/bounded', { dry_run: true }, 'dry_run: unknown_field'],
    ['POST', '/v1/platform/tenants/bounded/api-keys?role=member', {}, 'role: unknown_field'],
  ])('gets a refusal that names it: %s %s', async (method, path, body, fault) => {
    const headers = { 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { headers, body: JSON.stringify(body) };
    const answer = await app.platform.send<Problem>(path, { method, ...sent });
    expectProblem(answer, 400, 'invalid-input');
    expect(fieldErrorsIn(answer.body)).toContain(fault);
  });

  it('gets 403 like any other input from callers without access to the route', async () =>
    expectProblem(await tenant.admin.get<Problem>('/v1/platform/plans/pro?x=1'), 403, 'forbidden'));
});
