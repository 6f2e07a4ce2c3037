/**
 * Three kinds of tests, three projects: `npx jest --selectProjects unit`, or a path to run one file.
 *
 * Jest runs in CommonJS mode, because its ESM mode breaks as soon as a CommonJS package requires Nest, which is ESM only.
 * So everything is compiled on the way in, node_modules included; SWC does the whole of it in seconds and Jest keeps the result.
 */
const compile = (parser, { module = {}, sourceMaps = 'inline' } = {}) => ({
  swcrc: false,
  jsc: {
    parser,
    target: 'es2024',
    keepClassNames: true,
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
  module: { type: 'commonjs', ...module },
  sourceMaps,
});

const base = {
  rootDir: import.meta.dirname,
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/migrations', '<rootDir>/bench', '<rootDir>/test'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/dist-bench/', '<rootDir>/dist-sdk/'],
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['attune-source', 'node', 'require', 'default'] },
  resolver: '<rootDir>/libs/testing/jest/resolver.cjs',
  setupFiles: ['reflect-metadata'],
  setupFilesAfterEnv: [
    '<rootDir>/libs/testing/jest/test-timeout.cjs',
    '<rootDir>/libs/testing/jest/array-lengths.cjs',
  ],
  transform: {
    '\\.ts$': ['@swc/jest', compile({ syntax: 'typescript', decorators: true })],
    // A package's CommonJS script stays as sloppy as it was written. Without maps, a test file loads its packages in three quarters of the time.
    '\\.[cm]?js$': [
      '@swc/jest',
      compile({ syntax: 'ecmascript' }, { module: { strictMode: false }, sourceMaps: false }),
    ],
  },
  transformIgnorePatterns: [],
};

const withServers = {
  ...base,
  globalSetup: '<rootDir>/libs/testing/jest/set-up.js',
  globalTeardown: '<rootDir>/libs/testing/jest/stop-servers.js',
};

export default {
  projects: [
    { ...base, displayName: 'unit', testMatch: ['**/*.spec.ts'] },
    { ...withServers, displayName: 'integration', testMatch: ['**/*.int-spec.ts'] },
    { ...withServers, displayName: 'system', testMatch: ['<rootDir>/test/**/*.e2e-spec.ts'] },
  ],
};
