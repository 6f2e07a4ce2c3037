import { jsonSyntaxError } from './json-syntax-error.js';

const problemOf = (text: string): [string, number | undefined] => {
  const [error] = jsonSyntaxError(text).fieldErrors;
  return [error!.message.replace('The body is not valid JSON', ''), error!.offset];
};

describe('jsonSyntaxError', () => {
  it.each([
    ['{"a":}', 'a value is missing at line 1, column 6', 5],
    ['{a: 1}', 'there is text that is not JSON at line 1, column 2', 1],
    ["{'a': 1}", 'there is text that is not JSON at line 1, column 2', 1],
    ['{"a": 1,}', 'a name in double quotes is missing at line 1, column 9', 8],
    ['{"a": 1', 'a closing brace is missing at line 1, column 8', 7],
    ['{\n  "a": 1\n  "b": 2\n}', 'a comma is missing at line 3, column 3', 13],
    ['[1 2]', 'a comma is missing at line 1, column 4', 3],
    ['{"a" 1}', 'a colon is missing at line 1, column 6', 5],
    ['{"a": "x', 'a string does not end at line 1, column 7', 6],
    ['{"a": NaN}', 'there is text that is not JSON at line 1, column 7', 6],
    ['{"a": 1} // why', 'JSON has no comments at line 1, column 10', 9],
    ['temperature=0.2', 'there is text that is not JSON at line 1, column 1', 0],
  ])('jsonSyntaxError says of %j: %s', (text, message, offset) => {
    expect(() => JSON.parse(text) as unknown).toThrow('JSON');
    expect(problemOf(text)).toEqual([`: ${message}.`, offset]);
  });

  it('jsonSyntaxError does not search a long text', () => {
    expect(problemOf(`${' '.repeat(300_000)}{`)).toEqual(['.', undefined]);
  });
});
