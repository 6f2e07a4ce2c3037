/**
 * The sources import one another as `./name.js`, as ESM asks, while the file is `name.ts`.
 * Only our own sources are mapped: a package in node_modules gets exactly the file it names.
 */
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const ourSource = /^\.{1,2}\/.*\.js$/;

module.exports = (request, options) => {
  if (ourSource.test(request) && !options.basedir.includes('node_modules')) {
    const source = join(options.basedir, request.replace(/\.js$/, '.ts'));
    if (existsSync(source)) return source;
  }
  return resolvePackage(request, options);
};

/** A package that offers nothing to `require` is resolved as if it were imported; it is compiled on the way in. */
function resolvePackage(request, options) {
  try {
    return options.defaultResolver(request, options);
  } catch (error) {
    if (/^[./]/.test(request)) throw error;
    return options.defaultResolver(request, { ...options, conditions: [...options.conditions, 'import'] });
  }
}
