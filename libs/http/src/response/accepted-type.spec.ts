import { acceptedType } from './accepted-type.js';

describe('acceptedType', () => {
  it.each([
    ['text/csv', 'text/csv'],
    ['application/json, Text/CSV; charset=utf-8', 'text/csv'],
    ['application/x-ndjson;q=0.9', 'application/x-ndjson'],
    ['application/x-ndjson, text/csv', 'application/x-ndjson'],
    ['*/*', null],
    ['text/csvx', null],
    ['', null],
    [undefined, null],
  ])('finds in %j the type %j', (accept, type) => {
    expect(acceptedType(accept, ['text/csv', 'application/x-ndjson'])).toBe(type);
  });
});
