import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { isPlainObject } from '#kernel';
import {
  ArrayField,
  BooleanField,
  EnumField,
  IntegerField,
  JsonObjectField,
  NumberOrKeywordField,
  ObjectField,
  StringField,
} from './field-decorators.js';
import { isValidInput } from './is-valid-input.js';

class Member {
  @StringField({ min: 1, max: 3 })
  name!: string;

  @IntegerField({ optional: true, nullable: true, min: 1 })
  amount?: number | null;
}

class Input {
  @StringField({ pattern: /^[a-z]*$/ })
  word!: string;

  @BooleanField({ optional: true })
  flag?: boolean;

  @EnumField(['a', 'b'], { optional: true, nullable: true })
  choice?: string | null;

  @NumberOrKeywordField('unlimited', { optional: true, min: 0 })
  limit?: number | string;

  @ArrayField('string', { optional: true, max: 2 })
  words?: string[];

  @ArrayField(() => Member, { optional: true, min: 1 })
  list?: Member[];

  @ObjectField(() => Member, { optional: true, nullable: true })
  member?: Member | null;

  @JsonObjectField({ optional: true, maxBytes: 20 })
  free?: object;
}

const named = { name: 'a' };
const texts = ['', 'a', 'abcd', 'A', 'unlimited', '\u0000'];
const scalars = [undefined, null, 0, 1, -1, 1.5, true, false];
const lists = [[], ['a'], ['a', 'b', 'c'], [1], [null], [named], [named, {}]];
const objects = [{}, named, { name: 'abcd' }, { name: 'a', amount: 0 }, { name: 'a', amount: null }];
const values = fc.constantFrom<unknown[]>(...texts, ...scalars, ...lists, ...objects, {
  long: 'x'.repeat(30),
});
const optional = ['flag', 'choice', 'limit', 'words', 'list', 'member', 'free'] as const;

/** What class-validator says of the same values. */
function isValidByPackage(plain: Record<string, unknown>): boolean {
  const toMember = (value: unknown) => (isPlainObject(value) ? Object.assign(new Member(), value) : value);
  const { list, member } = plain;
  const instance = Object.assign(new Input(), plain, {
    list: Array.isArray(list) ? list.map(toMember) : toMember(list),
    member: toMember(member),
  });
  return validateSync(instance, { forbidUnknownValues: false }).length === 0;
}

const hasUnknownMembers = ({ list, member }: Record<string, unknown>): boolean =>
  JSON.stringify([list, member]).includes('long');

describe('isValidInput', () => {
  it('isValidInput agrees with class-validator about any one value of each field', () => {
    const word = { word: fc.constantFrom('a', 'abc') };
    fc.assert(
      fc.property(fc.record(word), fc.constantFrom(...optional, 'word'), values, (rest, name, value) => {
        const plain = { ...rest, [name]: value };
        expect(isValidInput(Input, plain)).toBe(isValidByPackage(plain) && !hasUnknownMembers(plain));
      }),
      { numRuns: 1_000 },
    );
  });

  it('isValidInput refuses an undeclared field, also one of a member, and what is no object', () => {
    const valid = { word: 'a', member: { name: 'a' } };
    expect(isValidInput(Input, valid)).toBe(true);
    for (const plain of [
      { ...valid, other: 1 },
      { ...valid, member: { name: 'a', other: 1 } },
      { ...valid, list: [{ name: 'a', other: 1 }] },
      JSON.parse('{ "word": "a", "__proto__": {} }'),
      [valid],
      null,
      'a',
    ])
      expect(isValidInput(Input, plain)).toBe(false);
  });

  it('isValidInput does not take an inherited property for a value', () => {
    class Named {
      @StringField({ optional: true })
      declare toString: never;
    }
    expect(isValidInput(Named, {})).toBe(true);
  });
});
