import { testServerUrl } from '../servers/test-server-url.js';

/** The Redis of this run, shared by all its tests: use channels and keys of your own. */
export function testRedisUrl(): string {
  return testServerUrl('TEST_REDIS_URL');
}
