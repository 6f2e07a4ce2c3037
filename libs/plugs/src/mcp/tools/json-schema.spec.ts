import { ArrayField, IntegerField, ObjectField, StringField } from '#http';
import { toJsonSchema } from './json-schema.js';

class Line {
  @IntegerField({ min: 1, description: 'How many', example: 3 })
  amount!: number;
}

class Order {
  @StringField({ max: 9, optional: true })
  note?: string;

  @StringField({ nullable: true, description: 'Who' })
  buyer!: string | null;

  @ArrayField(() => Line, { max: 5 })
  lines!: Line[];

  @ObjectField(() => Line, { nullable: true })
  extra!: Line | null;
}

describe('toJsonSchema', () => {
  it('describes bounds, nulls, lists and nested objects, without examples', () => {
    const line = {
      type: 'object',
      properties: { amount: { description: 'How many', type: 'integer', minimum: 1 } },
      required: ['amount'],
    };
    expect(toJsonSchema(Order)).toEqual({
      type: 'object',
      properties: {
        note: { type: 'string', maxLength: 9 },
        buyer: { description: 'Who', anyOf: [{ type: 'string' }, { type: 'null' }] },
        lines: { type: 'array', items: line, maxItems: 5 },
        extra: { anyOf: [line, { type: 'null' }] },
      },
      required: ['buyer', 'lines', 'extra'],
    });
  });
});
