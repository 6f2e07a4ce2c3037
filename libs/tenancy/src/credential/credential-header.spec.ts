import { UnauthenticatedError } from '#kernel';
import { credentialOf } from './credential-header.js';

describe('credentialOf', () => {
  it.each([
    [{}, undefined],
    [{ authorization: 'Bearer a' }, 'Bearer a'],
    [{ authorization: 'bearer  a' }, 'Bearer a'],
    [{ authorization: 'Basic a' }, 'Basic a'],
    [{ 'x-api-key': 'a' }, 'Bearer a'],
    [{ authorization: 'Bearer a', 'x-api-key': 'a' }, 'Bearer a'],
    [{ authorization: 'bearer  a', 'x-api-key': 'a' }, 'Bearer a'],
  ])('credentialOf reads the credential of %j', (headers, expected) => {
    expect(credentialOf(headers)).toBe(expected);
  });

  it('credentialOf reads a further header only where the route accepts it', () => {
    expect(credentialOf({ 'api-key': 'a' })).toBeUndefined();
    expect(credentialOf({ 'api-key': 'a' }, 'api-key')).toBe('Bearer a');
    expect(() => credentialOf({ 'api-key': 'a', 'x-api-key': 'b' }, 'api-key')).toThrow(UnauthenticatedError);
  });

  it.each([
    { authorization: 'Bearer a', 'x-api-key': 'b' },
    { authorization: 'a', 'x-api-key': 'a' },
    { authorization: '', 'x-api-key': 'a' },
    { authorization: 'Bearer a', 'x-api-key': '' },
    { authorization: 'Basic a', 'x-api-key': 'a' },
  ])('credentialOf refuses %j, which names two credentials', (headers) => {
    expect(() => credentialOf(headers)).toThrow(UnauthenticatedError);
  });
});
