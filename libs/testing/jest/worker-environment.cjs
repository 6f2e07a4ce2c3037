/**
 * Test files run among the globals of their worker, one after the other. What a file leaves in the process is put back after it: variables,
 * the console, mocks, the exit code, Nest's logger, and what Jest itself keeps on `globalThis` because it expects a new one for each file.
 */
require('reflect-metadata');
const { ModernFakeTimers } = require('@jest/fake-timers');
const { Logger } = require('@nestjs/common');
const { ModuleMocker } = require('jest-mock');

const nestLogger = Logger.staticInstanceRef;
const matchers = Symbol.for('$$jest-matchers-object');
/** The state, the handlers and the limits of jest-circus: symbols like `EVENT_HANDLERS`. */
const circusName = /^[A-Z_]+$/;

module.exports = class WorkerEnvironment {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  variables = { ...process.env };
  console = globalThis.console;

  constructor({ projectConfig }) {
    this.projectConfig = projectConfig;
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
    Error.stackTraceLimit = 100;
  }

  async setup() {}

  async teardown() {
    this.fakeTimersModern.dispose();
    this.moduleMocker.restoreAllMocks();
    for (const name of Object.keys(process.env)) if (!(name in this.variables)) delete process.env[name];
    Object.assign(process.env, this.variables);
    process.exitCode = undefined;
    globalThis.console = this.console;
    Logger.overrideLogger(nestLogger);
    Logger.logLevels = undefined;
    forgetFile();
  }

  exportConditions() {
    return this.projectConfig.testEnvironmentOptions.customExportConditions;
  }

  getVmContext() {
    return globalThis;
  }
};

/** Otherwise the handlers of each file would hear of the tests of the next one, too, and hold its modules in memory. */
function forgetFile() {
  for (const key of Object.getOwnPropertySymbols(globalThis))
    if (circusName.test(key.description ?? '')) delete globalThis[key];
  const { customEqualityTesters } = globalThis[matchers] ?? {};
  if (customEqualityTesters) customEqualityTesters.length = 0;
}
