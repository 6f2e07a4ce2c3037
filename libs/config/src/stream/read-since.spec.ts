import { UnavailableError } from '#kernel';
import { compileConfiguration } from '../compile/compiled-configuration.js';
import { someInputs } from '../../testing/configuration-builders.js';
import { configEvents } from './config-events.js';
import { readSince } from './read-since.js';

const version = (number: number) => compileConfiguration(someInputs({ version: number }));
const tagOf = (number: number) => configEvents.tagOf(version(number));

/** Reads as a replica that has version 7, and `newest` after it has caught up. */
async function readAs(tag: string | undefined, newest: number, source: 'live' | 'stale' = 'live') {
  let current = 7;
  let catchUps = 0;
  const reader = {
    catchUp: async () => {
      catchUps += 1;
      current = newest;
    },
    sourceOf: () => source,
  };
  const read = await readSince({ tag, format: configEvents }, reader, () => version(current));
  return [read.version, catchUps];
}

describe('readSince', () => {
  it.each([undefined, 'no tag', '', tagOf(7)])(
    'returns what is cached to a client with the tag %j',
    async (tag) => {
      expect(await readAs(tag, 8)).toEqual([7, 0]);
    },
  );

  it.each([tagOf(6), tagOf(8), '7-00000000'])(
    'reads every change first for a client with the tag %s',
    async (tag) => {
      expect(await readAs(tag, 8)).toEqual([8, 1]);
    },
  );

  it('refuses a client that has seen a newer version while the database is down', async () => {
    await expect(readAs(tagOf(8), 7, 'stale')).rejects.toThrow(UnavailableError);
    expect(await readAs(tagOf(6), 7, 'stale')).toEqual([7, 1]);
  });

  it('returns the older version of a database that was restored', async () => {
    expect(await readAs(tagOf(8), 6)).toEqual([6, 1]);
  });
});
