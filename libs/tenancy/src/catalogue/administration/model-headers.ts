import type { FieldError } from '#kernel';
import type { Model } from '#settings';

/** Stands for a secret in an answer. In a `PUT` it keeps the stored value, so that an entry can be read, changed and written back. */
const hiddenValue = '[hidden]';

const maxHeaders = 20;
const maxValueLength = 2000;
const namePattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
/** Visible ASCII and spaces: a line break would begin another header. */
const valuePattern = /^[\x20-\x7e]*$/;
/** Headers of the connection and of the form of the body: the service sets them itself. */
const reservedPattern =
  /^(?:host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|keep-alive|accept-encoding|proxy-.*)$/i;
const secretNamePattern = /auth|key|token|secret|cookie|passw|credential|signature|session/i;
const secretValuePattern = /^(?:bearer|basic|token|apikey)\s|^(?=.*\d)[\w+/=.~-]{20,}$/i;

/** The errors of `headers`, one for each header. */
export function findHeaderErrors({ headers }: Pick<Model, 'headers'>): FieldError[] {
  const entries = Object.entries(headers ?? {});
  if (entries.length > maxHeaders)
    return [
      {
        field: 'headers',
        rule: 'too_many',
        message: `headers must have at most ${maxHeaders} entries.`,
        max: maxHeaders,
      },
    ];
  return entries.flatMap(([name, value]) => findHeaderError(name, value));
}

function findHeaderError(name: string, value: unknown): FieldError[] {
  const field = `headers.${name.slice(0, 100)}`;
  if (!namePattern.test(name))
    return [{ field, rule: 'pattern', message: `${field} is not the name of a header.` }];
  if (reservedPattern.test(name))
    return [{ field, rule: 'read_only', message: `${field} is set by the service itself.` }];
  if (typeof value !== 'string')
    return [{ field, rule: 'type', message: `${field} must be a string.`, value }];
  if (value === hiddenValue)
    return [
      {
        field,
        rule: 'required',
        message: `${field}: no value is stored for this address; send the value itself.`,
      },
    ];
  // The value is left out of the errors: it can be a secret.
  if (value.length > maxValueLength)
    return [
      {
        field,
        rule: 'max_length',
        message: `${field} must have at most ${maxValueLength} characters.`,
        max_length: maxValueLength,
      },
    ];
  if (!valuePattern.test(value))
    return [{ field, rule: 'pattern', message: `${field} must be visible ASCII characters and spaces.` }];
  return [];
}

/** The model for an answer: header values that look like secrets are hidden. */
export function hideSecretHeaders(model: Model): Model {
  const { headers } = model;
  if (headers === null) return model;
  const visibleEntries = Object.entries(headers).map(([name, value]) => [
    name,
    isSecret(name, value) ? hiddenValue : value,
  ]);
  return { ...model, headers: Object.fromEntries(visibleEntries) as Record<string, string> };
}

/**
 * The model with the stored values in place of `[hidden]`, for the stored address only: with another one the entry would send a secret
 * that its author cannot read to a place that its author chose.
 */
export function restoreHiddenHeaders(model: Model, stored: Model | null): Model {
  const { headers } = model;
  if (headers === null || stored?.base_url !== model.base_url) return model;
  const restored = Object.entries(headers).map(([name, value]) => [
    name,
    value === hiddenValue ? (stored.headers?.[name] ?? value) : value,
  ]);
  return { ...model, headers: Object.fromEntries(restored) as Record<string, string> };
}

function isSecret(name: string, value: string): boolean {
  return secretNamePattern.test(name) || secretValuePattern.test(value);
}
