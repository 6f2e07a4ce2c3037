import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

interface OfrepDocument {
  readonly components: {
    readonly schemas: Record<string, { allOf?: { properties?: { reason?: object } }[] }>;
  };
}

/**
 * Validates bodies by OFREP's own document. Two of its places are read as its decisions mean them: `oneOf` as `anyOf`, because a whole number
 * is also a number and every flag is also one without a value; and more reasons, because its decision 0006 answers `DEFAULT`.
 */
export function ofrepSchema(name: string): ValidateFunction {
  const path = join(import.meta.dirname, 'openapi-0.3.0.yaml');
  const text = readFileSync(path, 'utf8').replaceAll('oneOf:', 'anyOf:');
  const document = parse(
    text.replace('DISABLED, UNKNOWN]', 'DISABLED, UNKNOWN, DEFAULT, STALE]'),
  ) as OfrepDocument;
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'ofrep', ...document });
  return ajv.getSchema(`ofrep#/components/schemas/${name}`)!;
}
