/**
 * Three kinds of tests, three projects: `npx jest --selectProjects unit`, or a path to run one file.
 *
 * Jest runs in CommonJS mode, because its ESM mode breaks as soon as a CommonJS package requires Nest, which is ESM only. So SWC compiles
 * our sources to CommonJS on the way in, and Jest keeps the result. Packages are left to Node (docs/adr/0043).
 */
const compile = (parser) => ({
  swcrc: false,
  jsc: {
    parser,
    target: 'es2024',
    keepClassNames: true,
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
});

const base = {
  rootDir: import.meta.dirname,
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/migrations', '<rootDir>/bench', '<rootDir>/test'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/dist-bench/', '<rootDir>/dist-sdk/'],
  testEnvironment: '<rootDir>/libs/testing/jest/worker-environment.cjs',
  runtime: '<rootDir>/libs/testing/jest/native-packages-runtime.cjs',
  testEnvironmentOptions: { customExportConditions: ['attune-source', 'node', 'require', 'default'] },
  resolver: '<rootDir>/libs/testing/jest/resolver.cjs',
  setupFilesAfterEnv: [
    '<rootDir>/libs/testing/jest/test-timeout.cjs',
    '<rootDir>/libs/testing/jest/array-lengths.cjs',
  ],
  transform: {
    '\\.ts$': ['@swc/jest', compile({ syntax: 'typescript', decorators: true })],
    '\\.[cm]?js$': ['@swc/jest', compile({ syntax: 'ecmascript' })],
  },
  transformIgnorePatterns: [],
};

const withServers = {
  ...base,
  globalSetup: '<rootDir>/libs/testing/jest/set-up.js',
  globalTeardown: '<rootDir>/libs/testing/jest/stop-servers.js',
};

export default {
  // Node collects late what test files leave: two workers shall not fill a small machine.
  workerIdleMemoryLimit: '1500MB',
  projects: [
    { ...base, displayName: 'unit', testMatch: ['**/*.spec.ts'] },
    { ...withServers, displayName: 'integration', testMatch: ['**/*.int-spec.ts'] },
    { ...withServers, displayName: 'system', testMatch: ['<rootDir>/test/**/*.e2e-spec.ts'] },
  ],
};
