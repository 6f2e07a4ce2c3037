/** Test files run among the globals of their worker, one after the other. What they change of its variables and console is undone. */
require('reflect-metadata');
const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');

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
    for (const name of Object.keys(process.env)) if (!(name in this.variables)) delete process.env[name];
    Object.assign(process.env, this.variables);
    globalThis.console = this.console;
  }

  exportConditions() {
    return this.projectConfig.testEnvironmentOptions.customExportConditions;
  }

  getVmContext() {
    return globalThis;
  }
};
