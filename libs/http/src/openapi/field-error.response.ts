import { fieldErrorRules } from '#kernel';
import {
  EnumField,
  IntegerField,
  JsonArrayField,
  JsonValueField,
  NumberField,
  StringField,
} from '../input/field-decorators.js';

/** One entry of `errors` in a problem: one field that breaks one rule. */
export class FieldErrorResponse {
  @StringField({ description: 'Path of the field; empty for the whole body', example: 'temperature' })
  field!: string;

  @EnumField(fieldErrorRules, { description: 'The rule that it breaks', example: 'max' })
  rule!: string;

  @StringField({ description: 'What is wrong, and what to do', example: 'temperature must be at most 2.' })
  message!: string;

  @JsonValueField({ description: 'What was sent, shortened to 200 characters', example: 3 })
  value!: unknown;

  @JsonArrayField({ optional: true, description: 'The allowed values' })
  allowed?: unknown[];

  @NumberField({ optional: true, description: 'The lowest allowed value', example: 0 })
  min?: number;

  @NumberField({ optional: true, description: 'The highest allowed value', example: 2 })
  max?: number;

  @IntegerField({ optional: true, description: 'The highest allowed number of characters' })
  max_length?: number;

  @IntegerField({ optional: true, description: 'Position in the text, in UTF-16 units from 0' })
  offset?: number;
}
