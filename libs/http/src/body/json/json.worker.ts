import { parentPort, workerData } from 'node:worker_threads';
import secureJson from 'secure-json-parse';

// When the sources run without a build, Node strips the types of this file. So it imports only packages.

/** The value of a JSON text, or why there is none: `member` is a name that could change the prototype of objects. */
export type ParsedJson = { readonly value: unknown } | { readonly refusal: 'syntax' | 'member' };

parentPort?.postMessage(parse(workerData as string), []);

function parse(text: string): ParsedJson {
  try {
    const value: unknown = secureJson.parse(text, { protoAction: 'ignore', constructorAction: 'ignore' });
    return secureJson.scan({ value }, { safe: true }) === null ? { refusal: 'member' } : { value };
  } catch {
    return { refusal: 'syntax' };
  }
}
