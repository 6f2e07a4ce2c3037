import { someInputs } from '../../testing/configuration-builders.js';
import { compileConfiguration } from '../compile/compiled-configuration.js';
import { isNotModified, prepareConfiguration } from './send-configuration.js';

const etag = '"7-1a2b3c4d"';

describe('isNotModified', () => {
  it.each(['*', etag, `W/${etag}`, `"1", ${etag}`, ` ${etag} `, `"1",W/${etag},"2"`])(
    'matches the tag: %s',
    (header) => {
      expect(isNotModified(header, etag)).toBe(true);
    },
  );

  it.each([undefined, '', '"7"', '"7-1a2b3c4e"', '7-1a2b3c4d', 'W/"7"'])(
    'does not match the tag: %s',
    (header) => {
      expect(isNotModified(header, etag)).toBe(false);
    },
  );
});

describe('prepareConfiguration', () => {
  it('prepareConfiguration adds the fields that the client asked for, under another tag', () => {
    const configuration = compileConfiguration(someInputs({ version: 7, settings: { temperature: 0 } }));
    const additionalFields = { own: configuration.inputs.stored.settings };
    const prepared = prepareConfiguration(configuration, { source: 'live', additionalFields });
    const { own, ...rest } = JSON.parse(prepared.body) as Record<string, object>;
    expect(own).toEqual({ temperature: 0 });
    expect(rest).toEqual(JSON.parse(configuration.body));
    expect(prepared.headers['etag']).not.toBe(configuration.etag);
  });
});
