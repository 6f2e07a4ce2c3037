/**
 * Puts the service and all that it loads at its start into one file, in place of `dist/apps/api/src/start.js`, and each command of
 * `attune` with what it needs into a few, in place of `dist/apps/cli/src/run.js`. Without this, a start finds, opens and links two
 * thousand files, and keeps the parts of the packages that it never uses.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { build } from 'vite';

const dist = join(import.meta.dirname, '../dist');

/** A script finds its files by its own place, so each keeps the place that it had. */
const keepPlaces = (folder) => ({
  name: 'keep-places',
  transform(code, id) {
    if (!id.startsWith(dist) || !code.includes('import.meta.')) return null;
    const place = (path) => JSON.stringify(relative(folder, path));
    return code
      .replaceAll('import.meta.dirname', `(import.meta.dirname + '/' + ${place(dirname(id))})`)
      .replaceAll('import.meta.filename', `(import.meta.dirname + '/' + ${place(id)})`)
      .replaceAll('import.meta.url', `new URL(${place(id)}, import.meta.url)`);
  },
});

/** Drivers of TypeORM for other databases: its factory names them, and nothing makes them. */
const otherDrivers = /typeorm\/driver\/(?!postgres|types\/)[\w-]+\/\w+(Driver|QueryRunner)\.js$/;

const leaveOut = {
  name: 'leave-out',
  load(id) {
    return otherDrivers.test(id) ? `exports.${basename(id, '.js')} = class {};` : null;
  },
  transform(code, id) {
    // The service has its own validation; Nest's pipe would bring every rule of the package.
    if (/@nestjs\/common\/(pipes|serializer)\//.test(id))
      return code.replaceAll(
        /import\('class-(validator|transformer)'\)/g,
        "Promise.reject(new Error('left out'))",
      );
    // PartialType and PickType copy the rules of fields. They would load a second copy of the package, beside this file.
    if (id.includes('@nestjs/mapped-types/dist/type-helpers.utils.js'))
      return code.replace(
        'const require = createRequire(import.meta.url);',
        `import { IsOptional, ValidateIf, getMetadataStorage } from 'class-validator';
        const require = (name) => {
          if (name === 'class-validator') return { IsOptional, ValidateIf, getMetadataStorage };
          throw new Error(name + ' is left out');
        };`,
      );
    return null;
  },
};

/**
 * With one character beyond ASCII, the whole script takes two bytes a character in memory. `String.raw` keeps the escape as it is, which
 * means the same to a regular expression.
 */
const escapeCharacters = {
  name: 'escape-characters',
  generateBundle(_, chunks) {
    const escape = (_text, slashes, character) =>
      (slashes.length % 2 === 0 ? slashes : slashes.slice(1)) +
      `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    for (const chunk of Object.values(chunks))
      if (chunk.type === 'chunk') chunk.code = chunk.code.replaceAll(/(\\*)([\u0080-\uffff])/g, escape);
  },
};

/** They find their files by their own place, or are imported by those who use them. */
const external = [
  '@electric-sql/pglite',
  '@electric-sql/pglite-pgvector',
  '@electric-sql/pglite-prepopulatedfs',
  '@electric-sql/pglite-socket',
  '@launchdarkly/openfeature-node-server',
  '@pinecone-database/pinecone',
];

/** Replaces a script of `dist` by a bundle of itself. `options` says how the bundle is divided into files. */
async function bundle(script, { output, treeshake }) {
  const entry = join(dist, script);
  const folder = dirname(entry);
  await build({
    configFile: false,
    root: dist,
    logLevel: 'warn',
    plugins: [keepPlaces(folder), leaveOut, escapeCharacters],
    ssr: { noExternal: true, external },
    build: {
      ssr: entry,
      outDir: folder,
      emptyOutDir: false,
      target: 'node22',
      minify: false,
      reportCompressedSize: false,
      rolldownOptions: {
        treeshake,
        output: {
          keepNames: true,
          chunkFileNames: `${basename(script, '.js')}-[name]-[hash].js`,
          comments: false,
          ...output,
        },
      },
    },
  });
  // It is of the script that the bundle has replaced.
  rmSync(`${entry}.map`);
}

await bundle('apps/api/src/start.js', {
  output: { codeSplitting: { groups: [{ name: 'all', tags: ['$initial'] }] } },
});
await bundle('apps/cli/src/run.js', {
  // Of a library, a command takes the scripts that it uses, not all that the library's index names.
  treeshake: { moduleSideEffects: (id) => !id.startsWith(dist) },
});

// By its time, `npm start` knows whether it has to build. A build begins with an empty folder.
writeFileSync(join(dist, 'complete'), '');
