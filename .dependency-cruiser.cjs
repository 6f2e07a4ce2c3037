/**
 * Module boundaries, from two tables of allowed imports:
 * - test/boundaries/arrows.json, for libraries. In addition, every library may use `kernel`, and every one but `kernel` may use
 *   `telemetry`. `sdk` is published by itself: it may use neither, and only tests and benchmarks use it.
 * - test/boundaries/floors.json, for the folders inside a large library: an array of floors, the lowest first. A folder may use
 *   the folders of lower floors, and no other folder of its own floor. Files at the library's root may use every folder.
 *
 * `test/boundaries/arrows.spec.ts` breaks every rule on purpose and expects the report. That no library has a cycle of folders,
 * whether it has floors or not, is checked in `test/boundaries/folder-cycles.spec.ts`.
 */
const arrows = require('./test/boundaries/arrows.json');
const floors = require('./test/boundaries/floors.json');

const forAll = (name) => {
  if (name === 'sdk') return [];
  return name === 'kernel' ? ['kernel'] : ['kernel', 'telemetry'];
};
const mayUse = (name) => [name, ...forAll(name), ...arrows[name]];

const tests = ['\\.(int-|e2e-)?spec\\.ts$', '^libs/[^/]+/testing/', '^libs/testing/', '^test/'];
/** Vite puts the console's packages into its files; nothing of them is there at run time. */
const bundled = '^apps/console/';
const offTheProduct = [...tests, '^bench/'];
const fromProduct = { pathNot: offTheProduct };
const oneOf = (names) => `(${names.join('|')})`;
const usersOf = (name) => Object.keys(arrows).filter((library) => arrows[library].includes(name));
const packageOf = (name) => `(^|/)node_modules/${name}/`;

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const arrowsOf = (name) => [
  rule(
    `${name}-arrows`,
    `libs/${name} may use ${mayUse(name).join(', ')}`,
    { path: `^libs/${name}/`, pathNot: tests.filter((path) => path !== '^libs/testing/') },
    { path: '^libs/', pathNot: `^libs/${oneOf(mayUse(name))}/` },
  ),
  rule(
    `${name}-arrows-of-tests`,
    `the tests of libs/${name} may use what it may use, and libs/testing`,
    { path: `^libs/${name}/.*(\\.(int-)?spec\\.ts$|/testing/)` },
    { path: '^libs/', pathNot: `^libs/${oneOf([...mayUse(name), 'testing'])}/` },
  ),
];

/** One rule a floor, and one for folders that have none yet. Tests may use every folder. */
const floorsOf = (name) => [
  ...floors[name].flatMap((folders, index) => {
    const lower = floors[name].slice(0, index).flat();
    const notLower = floors[name].slice(index).flat();
    // The single folder of the highest floor has nothing to avoid.
    if (notLower.length === 1) return [];
    const comment = `in libs/${name}, ${folders.join(', ')} may use ${lower.join(', ') || 'no other folder'}`;
    return rule(
      `${name}-floors-${index + 1}`,
      comment,
      { path: `^libs/${name}/src/${oneOf(folders)}/`, pathNot: tests },
      { path: `^libs/${name}/src/(?!$1/)${oneOf(notLower)}/`, pathNot: tests },
    );
  }),
  rule(
    `${name}-floors-known`,
    `A new folder of libs/${name} gets its floor first: test/boundaries/floors.json`,
    { path: `^libs/${name}/src/(?!${oneOf(floors[name].flat())}/)[^/]+/`, pathNot: tests },
    {},
  ),
];

module.exports = {
  forbidden: [
    ...Object.keys(arrows).flatMap(arrowsOf),
    ...Object.keys(floors).flatMap(floorsOf),
    rule(
      'known-library',
      'A new library gets its arrows first: test/boundaries/arrows.json',
      { path: `^libs/(?!${oneOf(Object.keys(arrows))}/)` },
      {},
    ),
    rule(
      'only-through-the-door',
      'A library is used through its index.ts, and its testing folder by tests only',
      { path: '^libs/([^/]+)/' },
      { path: '^libs/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$', '^libs/[^/]+/testing/'] },
    ),
    rule(
      'only-through-the-door-from-outside',
      'A library is used through its index.ts; what it has for tests, by tests only. The recorded oddities try one class each',
      { path: '^(apps|migrations|test|ormconfig)', pathNot: ['^test/oddities/', bundled] },
      { path: '^libs/', pathNot: ['^libs/[^/]+/src/index\\.ts$', '^libs/[^/]+/testing/'] },
    ),
    rule(
      'libraries-stand-alone',
      'Libraries and migrations know nothing of apps, benchmarks and system tests',
      { path: '^(libs|migrations)/' },
      { path: '^(apps|bench|test)/' },
    ),
    rule(
      'apps-stand-alone',
      'One app does not use another',
      { path: '^apps/([^/]+)/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    rule(
      'sdk-is-for-others',
      'libs/sdk is published by itself, and the product does not use it',
      { path: '^(apps|migrations)/', pathNot: [...offTheProduct, bundled] },
      { path: '^libs/sdk/' },
    ),
    rule(
      'console-knows-only-the-api',
      "The console knows the service by the API's generated types, and by nothing else",
      { path: bundled },
      { path: '^(libs|migrations)/', pathNot: '^libs/sdk/src/api/openapi\\.ts$' },
    ),
    rule('tests-only', 'Only tests use test code', fromProduct, { path: tests }),
    rule('no-cycles', 'No file needs itself', {}, { circular: true }),
    rule('resolvable', 'An import that is not found is not checked either', {}, { couldNotResolve: true }),
    rule(
      'no-development-packages',
      'What runs in production is in "dependencies"',
      { path: '^(apps|libs|migrations)/', pathNot: [...offTheProduct, bundled] },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'ioredis-only-in-redis',
      'libs/redis is the one place that knows ioredis',
      { pathNot: ['^libs/redis/', '^bench/'] },
      { path: packageOf('ioredis') },
    ),
    rule(
      'typeorm-only-in-storage',
      'TypeORM stays in repositories, entities, libs/database and migrations',
      {
        pathNot: [
          '\\.(repository|entity)\\.ts$',
          '^libs/database/',
          '^migrations/',
          '^ormconfig\\.ts$',
          '^bench/start/',
        ],
      },
      { path: packageOf('typeorm') },
    ),
    rule(
      'migrations-arrows',
      `Migrations are run by ${oneOf(usersOf('migrations'))} only`,
      { pathNot: [`^libs/${oneOf(usersOf('migrations'))}/`, '^migrations/', '^test/'] },
      { path: '^migrations/' },
    ),
    rule(
      'pg-only-in-database',
      'Every query of the product passes through libs/database, where a tenant is set',
      { pathNot: [...offTheProduct, '^libs/database/'] },
      { path: packageOf('pg') },
    ),
    rule(
      'opentelemetry-sdk-only-when-traces-are-on',
      "OpenTelemetry's SDK is loaded by one file, which is loaded only when traces are on; everything else uses libs/telemetry",
      { pathNot: [...offTheProduct, '^libs/telemetry/src/tracing/sdk\\.ts$'] },
      { path: packageOf('@opentelemetry/(?!api/)[^/]+') },
    ),
    rule(
      'kernel-does-no-io',
      'libs/kernel is pure',
      { path: '^libs/kernel/', pathNot: tests },
      {
        path: '^(fs|net|tls|http|http2|https|dgram|dns|child_process|worker_threads)(/|$)',
        dependencyTypes: ['core'],
      },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The peers are packages of their own, which are not there before a benchmark asks for them.
    exclude: { path: '^(dist|dist-bench|bench/peers)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['attune-source', 'import', 'node', 'require', 'default', 'types'],
    },
  },
};
