import { isNotModified } from './if-none-match.js';

const etag = '"7-1a2b3c4d"';

describe('If-None-Match', () => {
  it.each(['*', etag, `W/${etag}`, `"1", ${etag}`, ` ${etag} `, `"1",W/${etag},"2"`])(
    'names the tag: %s',
    (header) => {
      expect(isNotModified(header, etag)).toBe(true);
    },
  );

  it.each([undefined, '', '"7"', '"7-1a2b3c4e"', '7-1a2b3c4d', 'W/"7"'])(
    'does not name the tag: %s',
    (header) => {
      expect(isNotModified(header, etag)).toBe(false);
    },
  );
});
