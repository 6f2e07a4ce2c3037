import { findSharedPerson } from './four-eyes.js';

/** A key with its makers, nearest first. */
const key = (id: string, ...makers: string[]) => ({ actor: `key:${id}`, makers });
const jwt = (subject: string) => ({ actor: `jwt:${subject}`, makers: [] });
const first = key('first', 'system');

describe('findSharedPerson', () => {
  it.each([
    ['two keys that the operator made', key('a', 'system'), key('b', 'db:attune_owner')],
    ['two subjects of JWTs', jwt('ada'), jwt('bob')],
    ["a tenant's key and another admin", key('tenant', 'key:first', 'system'), jwt('ada')],
    [
      'two keys that descend from the first key only',
      key('tenant', 'key:first', 'system'),
      key('bob', 'key:first', 'system'),
    ],
    [
      'keys of two admins whose keys the first key made',
      key('tenant', 'key:ada', 'key:first', 'system'),
      key('bob', 'key:first', 'system'),
    ],
    ["a tenant's key made with SQL and the first key", key('tenant', 'test'), first],
  ])('findSharedPerson takes %s for two persons', (_, requester, approver) => {
    expect(findSharedPerson(requester, approver)).toBeNull();
  });

  it.each([
    ['the same key', key('a', 'system'), key('a', 'system'), /^You made this/],
    ['the same subject', jwt('ada'), jwt('ada'), /^You made this/],
    ["a key of the approver's making", key('tenant', 'key:first', 'system'), first, /made with your key/],
    [
      'a key that such a key made',
      key('second', 'key:tenant', 'key:first', 'system'),
      first,
      /made with your key/,
    ],
    ['a key that the approver made as a JWT', key('tenant', 'jwt:ada'), jwt('ada'), /made with your key/],
    ["a key of the requester's making", first, key('bob', 'key:first', 'system'), /^Your key was made with/],
    ['a key of the subject that requests', jwt('ada'), key('b', 'jwt:ada'), /^Your key was made with/],
    [
      'two keys of one admin',
      key('tenant', 'key:ada', 'key:first', 'system'),
      key('other', 'key:ada', 'key:first', 'system'),
      /both made by key:ada/,
    ],
    ['two keys of one subject', key('tenant', 'jwt:ada'), key('other', 'jwt:ada'), /both made by jwt:ada/],
    [
      'two keys of one admin whose own maker is not known',
      key('tenant', 'key:ada'),
      key('other', 'key:ada'),
      /both made by key:ada/,
    ],
  ])('findSharedPerson takes %s for one person', (_, requester, approver, reason) => {
    expect(findSharedPerson(requester, approver)).toMatch(reason);
  });
});
