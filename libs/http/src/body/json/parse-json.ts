import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Mutex } from 'async-mutex';
import secureJson from 'secure-json-parse';
import { forbiddenMemberError, jsonSyntaxError } from './json-syntax-error.js';
import type { ParsedJson } from './json.worker.js';

/** A shorter text takes a few milliseconds to parse, which is less than a thread needs to start. */
const maxInlineCharacters = 1024 * 1024;
/** One thread at a time: it needs a few times the memory of its text. */
const turn = new Mutex();
const worker = new URL(`./json.worker${extname(import.meta.filename)}`, import.meta.url);

/** True for a text that would hold up other requests while it is parsed. */
export function isLargeJson(text: string): boolean {
  return text.length > maxInlineCharacters;
}

/** The value of a JSON text. @throws InvalidInputError for a text that is no JSON or has a forbidden member */
export function parseJson(text: string): unknown {
  try {
    return secureJson.parse(text) as unknown;
  } catch {
    throw isJson(text) ? forbiddenMemberError() : jsonSyntaxError(text);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** As `parseJson`, in a thread. */
export async function parseLargeJson(text: string): Promise<unknown> {
  const parsed = await turn.runExclusive(() => parseInThread(text));
  if ('value' in parsed) return parsed.value;
  throw parsed.refusal === 'member' ? forbiddenMemberError() : jsonSyntaxError(text);
}

async function parseInThread(text: string): Promise<ParsedJson> {
  const thread = new Worker(worker, { workerData: text, env: {} });
  try {
    const [parsed] = (await once(thread, 'message')) as [ParsedJson];
    return parsed;
  } finally {
    await thread.terminate();
  }
}
