import type { FieldError } from '#kernel';

/** What the request asks for cannot be left out without the client noticing: its answer would have another form. */
const unsupported: Readonly<Record<string, (value: unknown) => boolean>> = {
  n: (value) => value !== 1,
  tools: isFilled,
  functions: isFilled,
  logprobs: (value) => value !== false,
  top_logprobs: (value) => value !== 0,
  audio: () => true,
  modalities: (value) => !Array.isArray(value) || value.some((kind) => kind !== 'text'),
  response_format: (value) => (value as { type?: unknown }).type !== 'text',
};
const used = new Set(['model', 'messages', 'stream', 'stream_options', 'user']);
const maxIgnored = 50;
const maxNameLength = 100;

/** What becomes of the parameters that are no part of the question. */
interface ParameterReport {
  readonly errors: readonly FieldError[];
  /** Names of what was sent and not used: the tenant's configuration decides. */
  readonly ignored: readonly string[];
}

/** A parameter with the value null counts as absent, as with OpenAI. */
export function sortParameters(body: Readonly<Record<string, unknown>>): ParameterReport {
  const names = Object.keys(body).filter((name) => body[name] !== null && !used.has(name));
  const [known, ignored] = [names.filter(isChecked), names.filter((name) => !isChecked(name))];
  return {
    errors: known.filter((name) => unsupported[name]!(body[name])).map(unsupportedError),
    ignored: ignored.slice(0, maxIgnored).map((name) => name.slice(0, maxNameLength)),
  };
}

function isChecked(name: string): boolean {
  return Object.hasOwn(unsupported, name);
}

function unsupportedError(name: string): FieldError {
  const message = `${name} is not supported: each answer is one text with its sources. Leave ${name} out.`;
  return { field: name, rule: 'unknown_field', message };
}

function isFilled(value: unknown): boolean {
  return !Array.isArray(value) || value.length > 0;
}
