import { configEvents, findChanges } from './config-events.js';
import { versionInTag } from './stream-format.js';
import { compileConfiguration } from '../compile/compiled-configuration.js';
import { someInputs } from '../../testing/configuration-builders.js';

describe('the events of the configuration stream', () => {
  const before = compileConfiguration(someInputs({ version: 7, settings: { temperature: 0.2 } }));
  const after = compileConfiguration(someInputs({ version: 8, settings: { temperature: 0.3 } }));

  it('have the ETag without its quotes as their id', () => {
    expect(`"${configEvents.tagOf(before)}"`).toBe(before.etag);
    expect(versionInTag(configEvents.tagOf(before))).toBe(7);
  });

  it('contain no line break of a setting, so that no text can end an event', () => {
    const hostile = compileConfiguration(
      someInputs({
        version: 9,
        settings: { system_prompt_template: 'a\n\nevent: put\ndata: {}\n\n\r\u2028{{context}}' },
      }),
    );
    for (const text of [configEvents.start(hostile), configEvents.change(after, hostile)]) {
      expect(text.match(/\n\n/g)).toHaveLength(1);
      expect(text).not.toContain('\r');
    }
  });

  it('list the fields that differ, and not the version', () => {
    expect(findChanges(before.body, after.body)).toEqual([{ field: 'temperature', from: 0.2, to: 0.3 }]);
    expect(findChanges(before.body, before.body)).toEqual([]);
  });

  it.each([
    ['7-1a2b3c4d', 7],
    ['', -1],
    [undefined, -1],
    ['7', -1],
    ['-7-1a2b3c4d', -1],
    ['9999999999999999-1a2b3c4d', -1],
    ['7-1A2B3C4D', -1],
  ])('find in the tag %j the version %d', (tag, version) => {
    expect(versionInTag(tag)).toBe(version);
  });
});
