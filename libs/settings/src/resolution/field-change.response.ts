import { JsonValueField, StringField } from '#http';
import type { FieldChange } from './diff.js';

/** One changed setting, or another field of a configuration. */
export class FieldChangeResponse implements FieldChange {
  @StringField({ description: 'The setting, or override_allowed', example: 'temperature' })
  field!: string;

  @JsonValueField({
    description:
      'The value before. Null: nothing was stored, and the next lower layer applied. Previews compare effective values.',
    example: 0.7,
  })
  from!: unknown;

  @JsonValueField({ description: 'The value after; null as in `from`', example: 0.3 })
  to!: unknown;
}
