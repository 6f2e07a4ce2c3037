import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '#kernel';
import { startReplica } from '#testing';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import request from 'supertest';

interface MediaTypeObject {
  readonly schema: object;
  readonly example?: unknown;
  readonly examples?: Record<string, { value: unknown }>;
}
interface ResponseObject {
  readonly $ref?: string;
  readonly content?: Record<string, MediaTypeObject>;
  readonly headers?: Record<string, { readonly $ref: string }>;
  readonly links?: Record<string, { readonly operationId: string; readonly parameters: object }>;
}
interface Operation {
  readonly 'x-attune-role'?: string;
  readonly operationId?: string;
  readonly description?: string;
  readonly tags?: string[];
  readonly security?: object[];
  readonly parameters?: { readonly in: string; readonly name: string; readonly required?: boolean }[];
  readonly requestBody?: { readonly content: Record<string, MediaTypeObject> };
  readonly responses: Record<string, ResponseObject>;
}
interface Document {
  readonly openapi: string;
  readonly components: {
    readonly schemas: Record<string, { readonly properties?: Record<string, object> }>;
    readonly responses: Record<string, ResponseObject>;
    readonly headers: Record<string, object>;
  };
  readonly tags: { readonly name: string; readonly description: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
}

describe('the OpenAPI document', () => {
  let replica: Awaited<ReturnType<typeof startReplica>>;
  let served: Document;

  beforeAll(async () => {
    replica = await startReplica({ env: { ATTUNE_DEMO: 'false' } });
    served = (await replica.api.get<Document>('/openapi.json')).body;
  });
  afterAll(() => replica.stop());

  it('equals the committed copy, which `npm run openapi` writes', () => {
    const committed: unknown = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../docs/openapi.json'), 'utf8'),
    );
    expect(JSON.parse(canonicalJson(served))).toEqual(committed);
  });

  it('names each schema once, so the generator warns of none', () => {
    expect(replica.output()).not.toContain('Duplicate');
  });

  it('has version 3.1 and names the role of every operation', () => {
    expect(served.openapi).toBe('3.1.0');
    expect(operationsOf(served).filter(([, operation]) => !operation['x-attune-role'])).toEqual([]);
  });

  it('has a valid example of every request and every response', () => {
    const ajv = validatorOf(served);
    const shared = Object.entries(served.components.responses).map(([name, response]) => {
      const operation: Operation = { responses: { [name]: response } };
      return [name, operation] as const;
    });
    const errors = [...operationsOf(served), ...shared].flatMap(([name, operation]) =>
      mediaTypesOf(operation).flatMap((media) => exampleErrorsOf(ajv, name, media)),
    );
    expect(errors).toEqual([]);
  });

  it('describes what each route that reads answers', async () => {
    const { api } = replica;
    const tenant = { tenant_id: 'read', name: 'Read', plan: 'pro' };
    const { body } = await api.post<{ admin_key: { key: string } }>('/v1/platform/tenants', tenant);
    const admin = api.as(body.admin_key.key);
    await admin.patch('/v1/config', { temperature: 0.3, reason: 'a change' });
    await admin.post('/v1/documents', { id: 'lease', title: 'Lease', text: 'The rent is due.' });
    await admin.post('/v1/golden-questions', { question: 'When is the rent due?' });
    await admin.post('/v1/config/change-requests', { temperature: 0.4 });
    const ajv = validatorOf(served);
    const errors: string[] = [];
    for (const [path, schema] of readableSchemasOf(served)) {
      const answer = await (path.startsWith('/v1/platform') ? api : admin).get(addressOf(path));
      if (answer.status === 200) errors.push(...schemaErrorsOf(ajv, path, schema, [answer.body]));
    }
    expect(errors).toEqual([]);
  });

  it('has exactly the path parameters of each path, and all are required', () => {
    const wrong = operationsOf(served).filter(([name, { parameters = [] }]) => {
      const declared = parameters.filter((parameter) => parameter.in === 'path');
      const names = declared.map((parameter) => parameter.name).toSorted();
      const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter).toSorted();
      return names.join() !== inPath.join() || declared.some(({ required }) => required !== true);
    });
    expect(wrong.map(([name]) => name)).toEqual([]);
  });

  it('has only patterns that the regular expressions of Python, Go and Rust can read', () => {
    const patterns = [...JSON.stringify(served).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(
      ([, text]) => JSON.parse(text!) as string,
    );
    expect(patterns.length).toBeGreaterThan(5);
    expect(patterns.filter((pattern) => /\(\?<?[=!]|\\[pPk1-9]/.test(pattern))).toEqual([]);
  });

  it('says how a body can be refused, and that a caller with a credential may have to wait', () => {
    const withBody = operationsOf(served).filter(([, { requestBody }]) => requestBody !== undefined);
    expect(withBody.length).toBeGreaterThan(20);
    const silent = withBody.filter(([, { responses, security }]) => {
      const needed = security?.length === 0 ? ['413', '415'] : ['413', '415', '429'];
      return !needed.every((code) => code in responses);
    });
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  it('declares each problem once, and the headers of every response', () => {
    const responses = operationsOf(served).flatMap(([name, operation]) =>
      Object.entries(operation.responses).map(([status, response]) => ({ name, status, ...response })),
    );
    const inline = responses.filter(({ content }) => content?.['application/problem+json']);
    expect(inline.map(({ name, status }) => `${name} ${status}`)).toEqual([]);
    const known = Object.keys(served.components.headers);
    const all = [...responses, ...Object.values(served.components.responses)];
    const own = all.filter(({ $ref }) => $ref === undefined);
    expect(own.filter(({ headers }) => headers?.['X-Request-Id'] === undefined)).toEqual([]);
    const referred = own.flatMap(({ headers = {} }) =>
      Object.values(headers).map(({ $ref }) => $ref.split('/').at(-1)!),
    );
    expect(new Set(referred)).toEqual(new Set(known));
  });

  it('names each schema once', () => {
    const shapes = Object.entries(served.components.schemas).map(([name, schema]) => ({
      name,
      shape: JSON.stringify(schema).replaceAll(
        /"(?:description|example)":(?:"(?:[^"\\]|\\.)*"|[^,}\]]+),?/g,
        '',
      ),
    }));
    const groups = [...Map.groupBy(shapes, ({ shape }) => shape).values()].filter(
      (group) => group.length > 1,
    );
    expect(groups.map((group) => group.map(({ name }) => name))).toEqual([]);
    const inline = operationsOf(served).flatMap(([name, { responses }]) =>
      Object.values(responses)
        .flatMap(({ content = {} }) => Object.values(content))
        .filter(({ schema }) => 'properties' in schema)
        .map(() => name),
    );
    expect(inline).toEqual([]);
  });

  it('names every operation once', () => {
    const ids = operationsOf(served).map(([, { operationId }]) => operationId);
    expect(ids.filter((id, index) => id === undefined || ids.indexOf(id) < index)).toEqual([]);
  });

  it('links what a POST creates to the operations on it', () => {
    const links = operationsOf(served).flatMap(([name, { responses }]) =>
      Object.values(responses).flatMap((response) =>
        Object.values(response.links ?? {}).map((link) => ({ name, ...link })),
      ),
    );
    const parametersById = new Map(
      operationsOf(served).map(([name, { operationId }]) => [
        operationId,
        [...name.matchAll(/\{(\w+)\}/g)].map(([, one]) => one),
      ]),
    );
    for (const { name, operationId, parameters } of links)
      expect([name, operationId, Object.keys(parameters).toSorted()]).toEqual([
        name,
        operationId,
        parametersById.get(operationId)?.toSorted(),
      ]);
    const from = new Set(links.map(({ name }) => name));
    expect([...from]).toEqual(
      expect.arrayContaining([
        'post /v1/documents',
        'post /v1/platform/tenants',
        'post /v1/platform/bulk-updates',
      ]),
    );
  });

  it('describes every tag, and begins with the query and the documents', () => {
    const declared = served.tags.map(({ name }) => name);
    expect(declared.slice(0, 2)).toEqual(['query', 'documents']);
    const used = new Set(operationsOf(served).flatMap(([, { tags = [] }]) => tags));
    expect([...used].toSorted()).toEqual(declared.toSorted());
    expect(served.tags.filter(({ description }) => description === '')).toEqual([]);
  });

  it('says of every operation which credential it needs', () => {
    const open = operationsOf(served).filter(([, { security }]) => security?.length === 0);
    expect(open.map(([name]) => name).toSorted()).toEqual([
      'get /.well-known/oauth-protected-resource',
      'get /.well-known/oauth-protected-resource/mcp',
      'get /health/live',
      'get /health/ready',
      'get /v1/branding',
      'get /v1/session/oidc/callback',
      'get /v1/session/oidc/connections',
      'get /v1/session/oidc/start',
      'post /v1/session',
      'post /v1/session/oidc/backchannel-logout',
      'post /v1/session/oidc/choose',
    ]);
    expect(operationsOf(served).filter(([, { security, description }]) => !security || !description)).toEqual(
      [],
    );
  });

  it('types the errors of a problem', () => {
    const names = Object.keys(served.components.schemas['FieldErrorResponse']?.properties ?? {}).toSorted();
    expect(names).toEqual([
      'allowed',
      'field',
      'max',
      'max_length',
      'message',
      'min',
      'offset',
      'rule',
      'value',
    ]);
  });

  it('has HTML pages', async () => {
    const page = await request(replica.url).get('/docs').expect(200);
    expect(page.text).toContain('swagger-ui');
  });
});

function operationsOf(document: Document): [string, Operation][] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method} ${path}`,
      operation,
    ]),
  );
}

/** The schema of what each route with GET answers as JSON. The health of a replica is no contract. */
function readableSchemasOf(document: Document): [string, object][] {
  return Object.entries(document.paths).flatMap(([path, { get }]): [string, object][] => {
    const media = get?.responses['200']?.content?.['application/json'];
    return media === undefined || path.startsWith('/health') ? [] : [[path, media.schema]];
  });
}

function addressOf(path: string): string {
  const id = path.includes('documents') ? 'lease' : 'gpt-4';
  const values: Record<string, string> = { tenant_id: 'read', plan: 'pro', version: '1', id };
  return path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}

function mediaTypesOf({ requestBody, responses }: Operation): MediaTypeObject[] {
  const bodies = [requestBody, ...Object.values(responses)];
  return bodies.flatMap((body) => Object.values(body?.content ?? {}));
}

function exampleErrorsOf(
  ajv: Ajv2020,
  name: string,
  { schema, example, examples }: MediaTypeObject,
): string[] {
  const single = example === undefined ? [] : [example];
  const exampleValues = examples ? Object.values(examples).map(({ value }) => value) : single;
  if (exampleValues.length === 0) return [`${name}: no example`];
  return schemaErrorsOf(ajv, name, schema, exampleValues);
}

function validatorOf(document: Document): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  return ajv.addSchema({ ...document, $id: 'attune' });
}

function schemaErrorsOf(ajv: Ajv2020, name: string, schema: object, values: readonly unknown[]): string[] {
  const check = ajv.compile(
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"attune#/components')) as object,
  );
  return values.filter((one) => !check(one)).map(() => `${name}: ${ajv.errorsText(check.errors)}`);
}
