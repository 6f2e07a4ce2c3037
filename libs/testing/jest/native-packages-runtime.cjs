/**
 * Jest's loader of modules, with one difference: Node itself loads the packages, once in a worker. Jest would load them again for each
 * test file, which took a third of the time of a run. Our own sources are loaded for each file, as ever.
 */
const { createRequire } = require('node:module');
const { compileFunction, constants } = require('node:vm');
const { default: Runtime } = require('jest-runtime');

const ownOrBuiltIn = /^[./#]|^node:|^@jest\/globals$/;

module.exports = class NativePackagesRuntime extends Runtime {
  constructor(...options) {
    super(...options);
    // Packages and sources share one context, so that an `Error` of one is an `instanceof Error` of the other.
    this.executor.compile = (source, filename) =>
      compileFunction(source, this.executor.injectedModuleParameters, {
        filename,
        importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      });
  }

  requireModuleOrMock(from, name) {
    if (ownOrBuiltIn.test(name)) return super.requireModuleOrMock(from, name);
    try {
      return createRequire(from)(name);
    } catch (error) {
      // The package offers nothing to `require`: Jest compiles what it offers to `import`.
      if (error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return super.requireModuleOrMock(from, name);
      throw error;
    }
  }
};
