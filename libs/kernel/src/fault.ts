import { DomainError } from './domain-error.js';

export type FaultRule =
  | 'type'
  | 'min'
  | 'max'
  | 'max_length'
  | 'pattern'
  | 'enum'
  | 'unknown_field'
  | 'required'
  | 'platform_only'
  | 'locked_by_plan'
  | 'plan_ceiling'
  | 'model_range'
  | 'combination'
  | 'template_syntax'
  | 'unknown_variable'
  | 'suspicious'
  | 'read_only'
  | 'too_many';

/** One entry of `errors[]` in API.md: one field that breaks one rule. */
export interface Fault {
  /** Path of the field, dotted: `prompt_variables.tone`. Empty for the body as a whole. */
  readonly field: string;
  readonly rule: FaultRule;
  readonly message: string;
  readonly value?: unknown;
  readonly allowed?: readonly unknown[];
  readonly min?: number;
  readonly max?: number;
  readonly max_length?: number;
  /** Position in the text, in UTF-16 units, from 0. */
  readonly offset?: number;
}

const shownCharacters = 200;

/** The value as it may stand in an answer: JSON, at most 200 characters of it. */
export function shownValue(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, shownCharacters);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return typeof value === 'object' && value !== null ? shownObject(value) : (value ?? null);
}

function shownObject(value: object): unknown {
  const text = textOf(value);
  if (text === null) return null;
  return text.length <= shownCharacters ? value : text.slice(0, shownCharacters);
}

/** A value may be nested deeper than the stack allows; then its text is of no use to anyone. */
function textOf(value: object): string | null {
  try {
    return JSON.stringify(value);
  } catch {
    return null;
  }
}

/** The input breaks rules; every fault is listed, and nothing was changed. */
export class InvalidInputError extends DomainError {
  readonly slug = 'invalid-input';

  constructor(
    readonly faults: readonly Fault[],
    message = faults.length === 1
      ? faults[0]!.message
      : `${faults.length} fields are not valid; see errors for each.`,
  ) {
    super(message, {
      errors: faults.map(shownFault),
    });
  }
}

/** The settings of an old version break today's rules; every fault is listed, and nothing was changed. */
export class RollbackInvalidError extends DomainError {
  readonly slug = 'rollback-invalid';

  constructor(message: string, faults: readonly Fault[]) {
    super(message, { errors: faults.map(shownFault) });
  }
}

function shownFault(fault: Fault): Fault {
  return { ...fault, value: shownValue(fault.value) };
}
