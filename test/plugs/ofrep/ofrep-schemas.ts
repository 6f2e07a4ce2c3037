import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

interface OfrepOperation {
  readonly requestBody: { readonly content: { readonly 'application/json': { readonly example: object } } };
}

interface OfrepDocument {
  readonly paths: Readonly<Record<string, { readonly post: OfrepOperation }>>;
}

const text = readFileSync(join(import.meta.dirname, 'openapi-0.3.0.yaml'), 'utf8');

/** The examples of requests in OFREP's own document, with their paths. */
export function ofrepRequests(): [path: string, body: object][] {
  const { paths } = parse(text) as OfrepDocument;
  return Object.entries(paths).map(([path, { post }]) => [
    path,
    post.requestBody.content['application/json'].example,
  ]);
}

/**
 * Validates bodies by OFREP's own document. Two of its places are read as its decisions mean them: `oneOf` as `anyOf`, because a whole number
 * is also a number and every flag is also one without a value; and more reasons, because its decision 0006 answers `DEFAULT`.
 */
export function ofrepSchema(name: string): ValidateFunction {
  const asMeant = text
    .replaceAll('oneOf:', 'anyOf:')
    .replace('DISABLED, UNKNOWN]', 'DISABLED, UNKNOWN, DEFAULT, STALE]');
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'ofrep', ...(parse(asMeant) as object) });
  return ajv.getSchema(`ofrep#/components/schemas/${name}`)!;
}
