import { canonicalJson, type FieldError } from '#kernel';
import type { Model } from '#settings';
import { findHeaderErrors } from './model-headers.js';

const modelIdPattern = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/;
const maxExtraBodyBytes = 8192;
/** What the service itself sends: the question, what limits the cost of an answer, and what decides how it is read. */
const reservedMembers = new Set([
  'model',
  'messages',
  'system',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'reasoning_effort',
  'stream',
  'stream_options',
  'n',
  'best_of',
]);

/** Every error of a catalogue entry that its fields alone show. */
export function findModelErrors(model: Model): FieldError[] {
  return [
    ...findIdErrors(model),
    ...findAddressErrors(model),
    ...findTemperatureErrors(model),
    ...findHeaderErrors(model),
    ...findExtraBodyErrors(model),
  ];
}

function findIdErrors({ id }: Model): FieldError[] {
  if (modelIdPattern.test(id) && id !== 'none') return [];
  const message = 'The id of a model must be 1 to 100 letters, digits and ._:/-, and not none.';
  return [{ field: 'id', rule: 'pattern', message, value: id }];
}

function findAddressErrors({ provider, base_url: address }: Model): FieldError[] {
  if (address !== null && !URL.canParse(address)) {
    const message = 'base_url must be an http or https URL: its host or its port is not valid.';
    return [{ field: 'base_url', rule: 'pattern', message, value: address }];
  }
  if (provider !== 'openai-compatible' || address !== null) return [];
  const message = 'base_url is required for an OpenAI-compatible model.';
  return [{ field: 'base_url', rule: 'required', message }];
}

function findTemperatureErrors({ temperature }: Model): FieldError[] {
  const isReversed = (temperature?.min ?? 0) > (temperature?.max ?? Infinity);
  if (!isReversed) return [];
  const message = 'temperature.min must not be above temperature.max.';
  return ['min', 'max'].map((bound) => ({ field: `temperature.${bound}`, rule: 'combination', message }));
}

function findExtraBodyErrors({ extra_body: body }: Model): FieldError[] {
  const names = Object.keys(body ?? {}).filter((name) => reservedMembers.has(name));
  const reserved = names.map((name): FieldError => {
    const field = `extra_body.${name}`;
    return { field, rule: 'read_only', message: `${field} is set by the service itself.` };
  });
  if (Buffer.byteLength(canonicalJson(body)) <= maxExtraBodyBytes) return reserved;
  const message = `extra_body must have at most ${maxExtraBodyBytes} bytes of JSON.`;
  return [...reserved, { field: 'extra_body', rule: 'max_length', message, max_length: maxExtraBodyBytes }];
}
