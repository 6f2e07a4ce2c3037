import { actorOf } from './actor.js';

describe('actorOf', () => {
  it('names a person of the issuer of API tokens as the token does', () => {
    expect(actorOf('https://idp.example', 'ada', 'https://idp.example/')).toBe('jwt:ada');
  });

  it('names persons of other issuers with the issuer, so that no two of them are one actor', () => {
    const actors = [
      actorOf('https://idp.example', 'ada', null),
      actorOf('https://other.example', 'ada', 'https://idp.example'),
      actorOf('http://other.example', 'ada', 'https://idp.example'),
      actorOf('https://other.example/a', 'ada', 'https://idp.example'),
      actorOf('https://other.example', 'a#ada', 'https://idp.example'),
      actorOf('https://idp.example', 'other.example#ada', 'https://idp.example'),
    ];
    expect(new Set(actors).size).toBe(actors.length);
    expect(actors[1]).toBe('oidc:other.example#ada');
  });
});
