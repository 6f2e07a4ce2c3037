import { type Fault, isPlainObject } from '#kernel';

const mostVariables = 50;
const mostBytes = 8192;
const variableName = /^[a-z_][a-z0-9_]*$/;
const reservedNames = ['context', 'question'];

/** SPEC §2, prompt_variables: number, names, types and size. */
export function promptVariableFaults(variables: unknown): Fault[] {
  if (!isPlainObject(variables)) return [];
  const entries = Object.entries(variables);
  return [
    ...(entries.length > mostVariables ? [tooMany(variables)] : []),
    ...(Buffer.byteLength(JSON.stringify(variables)) > mostBytes ? [tooLarge()] : []),
    ...entries.flatMap(([name, value]) => [...nameFaults(name), ...valueFaults(name, value)]),
  ];
}

function tooMany(value: unknown): Fault {
  const message = `prompt_variables may hold at most ${mostVariables} variables.`;
  return { field: 'prompt_variables', rule: 'too_many', message, value, max: mostVariables };
}

function tooLarge(): Fault {
  const message = `prompt_variables may hold at most ${mostBytes} bytes of JSON.`;
  return { field: 'prompt_variables', rule: 'max_length', message, max_length: mostBytes };
}

function nameFaults(name: string): Fault[] {
  const field = `prompt_variables.${name}`.slice(0, 200);
  if (reservedNames.includes(name)) {
    const message = `${name} stands for Attune's own text and cannot be a variable; choose another name.`;
    return [{ field, rule: 'pattern', message, value: name }];
  }
  if (variableName.test(name)) return [];
  const message = `A variable's name has the form ${variableName.source}.`;
  return [{ field, rule: 'pattern', message, value: name }];
}

function valueFaults(name: string, value: unknown): Fault[] {
  const field = `prompt_variables.${name}`.slice(0, 200);
  const isScalar = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
  if (!isScalar)
    return [{ field, rule: 'type', message: `${field} must be a string, a number or true or false.`, value }];
  return [];
}
