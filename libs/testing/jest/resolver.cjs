/**
 * The sources import one another as `./name.js`, as ESM asks, while the file is `name.ts`.
 */
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const ourSource = /^\.{1,2}\/.*\.js$/;

module.exports = (request, options) => {
  if (ourSource.test(request) && !options.basedir.includes('node_modules')) {
    const source = join(options.basedir, request.replace(/\.js$/, '.ts'));
    if (existsSync(source)) return source;
  }
  return options.defaultResolver(request, options);
};
