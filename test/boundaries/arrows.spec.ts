import arrows from './arrows.json' with { type: 'json' };
import floors from './floors.json' with { type: 'json' };
import { FixtureProject } from './fixture-project.js';

const libraries = Object.keys(arrows) as (keyof typeof arrows)[];

/** Written independently of the configuration that is tested. */
function mayUse(name: keyof typeof arrows): string[] {
  if (name === 'kernel' || name === 'sdk') return [name];
  return ['kernel', 'telemetry', name, ...arrows[name]];
}

const importsOf = (...names: string[]) => names.map((name) => `import '${name}';`).join('\n');
const fakePackage = (name: string) => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', main: 'index.js' }),
  [`node_modules/${name}/index.js`]: '',
});

/** Every library uses all that it may, every kind of test uses test code, and each package is where it belongs. */
const allowed: Record<string, string> = {
  ...Object.fromEntries(libraries.map((name) => [`libs/${name}/src/index.ts`, importsOf('./inner.js')])),
  ...Object.fromEntries(libraries.map((name) => [`libs/${name}/src/inner.ts`, 'export {};'])),
  ...Object.fromEntries(
    libraries.map((name) => {
      const others = mayUse(name).filter((other) => other !== name);
      return [`libs/${name}/src/user.ts`, importsOf('./inner.js', ...others.map((other) => `#${other}`))];
    }),
  ),
  ...Object.fromEntries(Object.entries(floors).flatMap(foldersThatUseLowerFloors)),
  'libs/cache/src/cache.spec.ts': importsOf('#testing', '#redis', './inner.js', '../testing/store.js'),
  'libs/cache/src/cache.int-spec.ts': importsOf('#testing', 'pg'),
  'libs/cache/testing/store.ts': importsOf('../src/inner.js', '#testing'),
  'libs/redis/src/link.ts': importsOf('ioredis'),
  'libs/database/src/pool.ts': importsOf('typeorm', 'pg', 'node:fs'),
  'libs/config/src/settings.repository.ts': importsOf('typeorm'),
  'apps/api/src/application.ts': importsOf('#rag', '#config', './inner.js'),
  'apps/api/src/inner.ts': 'export {};',
  'migrations/index.ts': importsOf('typeorm'),
  'test/e2e/demo.e2e-spec.ts': importsOf('#testing', 'supertest'),
  'bench/main.ts': importsOf('#testing', '#rag', '../libs/rag/src/inner.js', 'ioredis', 'supertest'),
  ...fakePackage('ioredis'),
  ...fakePackage('@opentelemetry/sdk-trace'),
  ...fakePackage('typeorm'),
  ...fakePackage('pg'),
  ...fakePackage('supertest'),
  ...fakePackage('left-out-of-package-json'),
};

/** Every folder uses all folders of lower floors; a test of the lowest folder uses the highest. */
function foldersThatUseLowerFloors([library, floorsOfLibrary]: [string, string[][]]): [string, string][] {
  const [lowest, highest] = [floorsOfLibrary[0]![0]!, floorsOfLibrary.at(-1)![0]!];
  const files = floorsOfLibrary.flatMap((folders, floor) =>
    folders.flatMap((folder): [string, string][] => {
      const lower = floorsOfLibrary.slice(0, floor).flat();
      return [
        [`libs/${library}/src/${folder}/inner.ts`, importsOf(...lower.map((name) => `../${name}/inner.js`))],
        [`libs/${library}/src/${folder}/user.ts`, importsOf('./inner.js')],
      ];
    }),
  );
  return [
    ...files,
    [`libs/${library}/src/root.ts`, importsOf(...floorsOfLibrary.flat().map((name) => `./${name}/inner.js`))],
    [`libs/${library}/src/${lowest}/inner.spec.ts`, importsOf(`../${highest}/inner.js`)],
  ];
}

/** A file for every way to break a rule, with the reports that are expected. */
const violatingFiles: { file: string; source: string; objections: string[] }[] = [
  {
    file: 'libs/billing/src/index.ts',
    source: importsOf('#kernel'),
    objections: ['known-library: libs/billing/src/index.ts → libs/kernel/src/index.ts'],
  },
  {
    file: 'libs/config/src/back-door.ts',
    source: importsOf('../../tenancy/src/inner.js'),
    objections: ['only-through-the-door: libs/config/src/back-door.ts → libs/tenancy/src/inner.ts'],
  },
  {
    file: 'apps/api/src/back-door.ts',
    source: importsOf('../../../libs/tenancy/src/inner.js'),
    objections: ['only-through-the-door-from-outside: apps/api/src/back-door.ts → libs/tenancy/src/inner.ts'],
  },
  {
    file: 'libs/config/src/upwards.ts',
    source: importsOf('../../../apps/api/src/inner.js'),
    objections: ['libraries-stand-alone: libs/config/src/upwards.ts → apps/api/src/inner.ts'],
  },
  {
    file: 'apps/cli/src/neighbour.ts',
    source: importsOf('../../api/src/inner.js'),
    objections: ['apps-stand-alone: apps/cli/src/neighbour.ts → apps/api/src/inner.ts'],
  },
  {
    file: 'apps/api/src/tested.ts',
    source: importsOf('#testing', '../../../libs/cache/testing/store.js'),
    objections: [
      'tests-only: apps/api/src/tested.ts → libs/testing/src/index.ts',
      'tests-only: apps/api/src/tested.ts → libs/cache/testing/store.ts',
    ],
  },
  {
    file: 'libs/http/src/type-only.ts',
    source: `import type { Store } from '#cache';\nexport type Kept = Store;`,
    objections: ['http-arrows: libs/http/src/type-only.ts → libs/cache/src/index.ts'],
  },
  {
    file: 'libs/http/src/lazy.ts',
    source: `export const load = () => import('#rag');`,
    objections: ['http-arrows: libs/http/src/lazy.ts → libs/rag/src/index.ts'],
  },
  {
    file: 'libs/rag/src/circle.ts',
    source: importsOf('./circle-back.js'),
    objections: ['no-cycles: libs/rag/src/circle-back.ts → libs/rag/src/circle.ts'],
  },
  { file: 'libs/rag/src/circle-back.ts', source: importsOf('./circle.js'), objections: [] },
  {
    file: 'libs/rag/src/lost.ts',
    source: importsOf('./nowhere.js', '#unknown'),
    objections: [
      'resolvable: libs/rag/src/lost.ts → ./nowhere.js',
      'resolvable: libs/rag/src/lost.ts → #unknown',
    ],
  },
  {
    file: 'libs/rag/src/packages.ts',
    source: importsOf(
      'ioredis',
      'typeorm',
      'pg',
      '@opentelemetry/sdk-trace',
      'supertest',
      'left-out-of-package-json',
    ),
    objections: [
      'ioredis-only-in-redis: libs/rag/src/packages.ts → node_modules/ioredis/index.js',
      'typeorm-only-in-storage: libs/rag/src/packages.ts → node_modules/typeorm/index.js',
      'pg-only-in-database: libs/rag/src/packages.ts → node_modules/pg/index.js',
      'opentelemetry-sdk-only-when-traces-are-on: libs/rag/src/packages.ts → node_modules/@opentelemetry/sdk-trace/index.js',
      'no-development-packages: libs/rag/src/packages.ts → node_modules/supertest/index.js',
      'no-development-packages: libs/rag/src/packages.ts → node_modules/left-out-of-package-json/index.js',
    ],
  },
  {
    file: 'apps/api/src/migrating.ts',
    source: importsOf('#migrations'),
    objections: ['migrations-arrows: apps/api/src/migrating.ts → migrations/index.ts'],
  },
  {
    file: 'apps/cli/src/published.ts',
    source: importsOf('#sdk'),
    objections: ['sdk-is-for-others: apps/cli/src/published.ts → libs/sdk/src/index.ts'],
  },
  {
    file: 'apps/console/src/server.ts',
    source: importsOf('#config'),
    objections: ['console-knows-only-the-api: apps/console/src/server.ts → libs/config/src/index.ts'],
  },
  {
    file: 'libs/config/src/migrating.ts',
    source: importsOf('#migrations'),
    objections: ['migrations-arrows: libs/config/src/migrating.ts → migrations/index.ts'],
  },
  {
    file: 'libs/kernel/src/io.ts',
    source: importsOf('node:fs/promises', 'node:net'),
    objections: [
      'kernel-does-no-io: libs/kernel/src/io.ts → fs/promises',
      'kernel-does-no-io: libs/kernel/src/io.ts → net',
    ],
  },
  ...libraries.flatMap((name) => [forbiddenArrows(name), forbiddenArrowsOfTests(name)]),
  ...Object.entries(floors).flatMap(forbiddenFloors),
];

/** Every folder uses the other folders of its floor, and those of higher floors. One folder has no floor. */
function forbiddenFloors([library, floorsOfLibrary]: [string, string[][]]) {
  const source = `libs/${library}/src`;
  const climbing = floorsOfLibrary.flatMap((folders, floor) =>
    folders.map((folder) => {
      const file = `${source}/${folder}/climb.ts`;
      const forbidden = floorsOfLibrary
        .slice(floor)
        .flat()
        .filter((other) => other !== folder);
      return {
        file,
        source: importsOf(...forbidden.map((other) => `../${other}/user.js`)),
        objections: forbidden.map(
          (other) => `${library}-floors-${floor + 1}: ${file} → ${source}/${other}/user.ts`,
        ),
      };
    }),
  );
  const file = `${source}/without-floor/new.ts`;
  const objections = [`${library}-floors-known: ${file} → ${source}/inner.ts`];
  return [...climbing, { file, source: importsOf('../inner.js'), objections }];
}

function forbiddenArrows(name: keyof typeof arrows) {
  const file = `libs/${name}/src/all.ts`;
  const forbidden = libraries.filter((other) => !mayUse(name).includes(other));
  return {
    file,
    source: importsOf(...forbidden.map((other) => `#${other}`)),
    objections: forbidden.map((other) => `${name}-arrows: ${file} → libs/${other}/src/index.ts`),
  };
}

function forbiddenArrowsOfTests(name: keyof typeof arrows) {
  const file = `libs/${name}/src/all.spec.ts`;
  const forbidden = libraries.filter((other) => ![...mayUse(name), 'testing'].includes(other));
  return {
    file,
    source: importsOf(...forbidden.map((other) => `#${other}`)),
    objections: forbidden.map((other) => `${name}-arrows-of-tests: ${file} → libs/${other}/src/index.ts`),
  };
}

/** Each test runs dependency-cruiser in a process of its own. */
jest.setTimeout(60_000);

describe('.dependency-cruiser.cjs', () => {
  let tree: FixtureProject;

  beforeEach(() => {
    tree = new FixtureProject(allowed);
  });

  afterEach(() => tree.remove());

  it('reports nothing for a project that does only what the tables allow, and reads every file', async () => {
    const { dependencies, objections } = await tree.checkDependencies();
    expect(objections).toEqual([]);
    expect(dependencies).toBeGreaterThan(libraries.length * 3);
  });

  it('reports every violation of every rule', async () => {
    for (const { file, source } of violatingFiles) tree.write(file, source);
    const { objections, rules } = await tree.checkDependencies();
    const expected = violatingFiles.flatMap((breach) => breach.objections);
    expect(expected.filter((objection) => !objections.includes(objection))).toEqual([]);
    expect([...new Set(expected.map((objection) => objection.split(':')[0]))].toSorted()).toEqual(
      rules.toSorted(),
    );
  });
});
