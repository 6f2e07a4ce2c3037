/**
 * The address of a server that Jest's global setup started or received.
 *
 * @throws Error outside an integration or system test.
 */
export function testServerUrl(variable: 'TEST_DATABASE_URL' | 'TEST_REDIS_URL'): string {
  const url = process.env[variable];
  if (!url)
    throw new Error(`${variable} is not set: only *.int-spec.ts and test/**/*.e2e-spec.ts have servers.`);
  return url;
}

/** The Redis of this test run. All tests share it, so use channels and keys of your own. */
export function testRedisUrl(): string {
  return testServerUrl('TEST_REDIS_URL');
}
