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
interface Operation {
  readonly 'x-attune-role'?: string;
  readonly requestBody?: { readonly content: Record<string, MediaTypeObject> };
  readonly responses: Record<string, { readonly content?: Record<string, MediaTypeObject> }>;
}
interface Document {
  readonly openapi: string;
  readonly components: object;
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

  it('has version 3.1 and names the role of every operation', () => {
    expect(served.openapi).toBe('3.1.0');
    expect(operationsOf(served).filter(([, operation]) => !operation['x-attune-role'])).toEqual([]);
  });

  it('has a valid example of every request and every response', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema({ ...served, $id: 'attune' });
    const faults = operationsOf(served).flatMap(([name, operation]) =>
      mediaTypesOf(operation).flatMap((media) => exampleErrorsOf(ajv, name, media)),
    );
    expect(faults).toEqual([]);
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
  const check = ajv.compile(
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"attune#/components')) as object,
  );
  return exampleValues.filter((one) => !check(one)).map(() => `${name}: ${ajv.errorsText(check.errors)}`);
}
