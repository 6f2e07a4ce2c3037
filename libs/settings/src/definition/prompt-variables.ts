import { type FieldError, isPlainObject } from '#kernel';

/** A tenant's prompt variables: name → value. */
export type PromptVariables = Readonly<Record<string, string | number | boolean>>;

const maxVariables = 50;
const maxBytes = 8192;
/** A variable's name, and so what may be between the braces of a placeholder in a template. */
export const variableNamePattern = /^[a-z_][a-z0-9_]*$/;
const reservedNames = ['context', 'question'];

/** Errors of `prompt_variables` (specification §2): too many, too large, a wrong name, a wrong type. */
export function findPromptVariableErrors(variables: unknown): FieldError[] {
  if (!isPlainObject(variables)) return [];
  const entries = Object.entries(variables);
  return [
    ...(entries.length > maxVariables ? [tooManyVariablesError(variables)] : []),
    ...(Buffer.byteLength(JSON.stringify(variables)) > maxBytes ? [variablesTooLargeError()] : []),
    ...entries.flatMap(([name, value]) => [...findNameErrors(name), ...findVariableValueErrors(name, value)]),
  ];
}

function tooManyVariablesError(value: unknown): FieldError {
  const message = `prompt_variables may have at most ${maxVariables} variables.`;
  return { field: 'prompt_variables', rule: 'too_many', message, value, max: maxVariables };
}

function variablesTooLargeError(): FieldError {
  const message = `prompt_variables may have at most ${maxBytes} bytes of JSON.`;
  return { field: 'prompt_variables', rule: 'max_length', message, max_length: maxBytes };
}

function findNameErrors(name: string): FieldError[] {
  const field = `prompt_variables.${name}`.slice(0, 200);
  if (reservedNames.includes(name)) {
    const message = `${name} is reserved for text that Attune inserts; choose another name.`;
    return [{ field, rule: 'pattern', message, value: name }];
  }
  if (variableNamePattern.test(name)) return [];
  const message = `A variable's name must match ${variableNamePattern.source}.`;
  return [{ field, rule: 'pattern', message, value: name }];
}

function findVariableValueErrors(name: string, value: unknown): FieldError[] {
  const field = `prompt_variables.${name}`.slice(0, 200);
  const isScalar = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
  if (!isScalar)
    return [{ field, rule: 'type', message: `${field} must be a string, a number, true or false.`, value }];
  return [];
}
