import { findFieldErrors } from '#http';
import { QueryRequest } from './query.request.js';

const violatedRules = (body: object): string[] =>
  findFieldErrors(QueryRequest, body).map(({ field, rule }) => `${field} ${rule}`);

describe('QueryRequest', () => {
  it.each([
    'When is rent due?',
    'a',
    '?',
    'Zwei\nZeilen\tund\r\neine dritte',
    '租金何时到期？',
    'مرحبا',
    'क्या किराया देय है?',
    '👩‍👩‍👧‍👦',
    'x'.repeat(4000),
    '😀'.repeat(4000),
  ])('accepts the question %j', (question) => {
    expect(violatedRules({ question })).toEqual([]);
  });

  it.each([
    ['', 'min'],
    ['   ', 'pattern'],
    [' \n\t ', 'pattern'],
    ['\u200b\u200b', 'pattern'],
    ['a\u0000b', 'pattern'],
    ['a\u001bb', 'pattern'],
    ['a\u009fb', 'pattern'],
    ['a\ud800b', 'pattern'],
    ['x'.repeat(4001), 'max_length'],
    ['😀'.repeat(4001), 'max_length'],
    [7, 'type'],
    [null, 'type'],
    [undefined, 'required'],
    [['a'], 'type'],
  ])('refuses the question %j with the rule %s', (question, rule) => {
    expect(violatedRules({ question })).toContain(`question ${rule}`);
  });

  it('accepts a user_id of up to 200 characters on one line', () => {
    const question = 'When?';
    expect(violatedRules({ question, user_id: 'u'.repeat(200), stream: false })).toEqual([]);
    expect(violatedRules({ question, user_id: 'u'.repeat(201) })).toEqual(['user_id max_length']);
    expect(violatedRules({ question, user_id: 'a\nb' })).toEqual(['user_id pattern']);
    expect(violatedRules({ question, user_id: 7 })).toEqual(['user_id type']);
  });

  it('refuses unknown fields and a stream flag that is no boolean', () => {
    expect(violatedRules({ question: 'When?', tenant_id: 'other' })).toEqual(['tenant_id unknown_field']);
    expect(violatedRules({ question: 'When?', stream: 'yes' })).toEqual(['stream type']);
  });
});
