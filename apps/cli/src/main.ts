#!/usr/bin/env node
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { settingNames } from '#config';
import { Environment, EnvironmentError } from '#kernel';
import { Command, CommanderError } from 'commander';
import { auditCommand } from './audit/audit.command.js';
import { applyCommand } from './gitops/apply.command.js';
import { exportCommand } from './gitops/export.command.js';
import { driftCommand, planCommand } from './gitops/plan.command.js';
import { schemaCommand } from './gitops/schema.command.js';
import { validateCommand } from './gitops/validate.command.js';
import { InvalidFilesError } from './files/read-text-file.js';
import { migrateCommand } from './migrate.command.js';
import { verifyCommand } from './verify/verify.command.js';

/** What the shell is told: 0 done, 1 it was tried and failed, 2 the command line or the environment is wrong. */
const failedCode = 1;
const usageErrorCode = 2;
/** Of these, 2 says that there are changes, and everything that goes wrong is 1. */
const comparisonCommands = new Set(['plan', 'drift', 'verify']);
let currentUsageErrorCode = usageErrorCode;

function version(): string {
  const text = readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

const exitCodes = `
Exit codes: 0 done, 1 failed, 2 wrong command line or environment; plan, drift and verify: 0 nothing, 2 something, 1 anything wrong.`;

/** The commands that speak to a server look at nothing else of the environment: it may hold variables for other things. */
function serverEnvironment(): Environment {
  const { ATTUNE_URL, ATTUNE_API_KEY } = process.env;
  return Environment.read({ ATTUNE_URL, ATTUNE_API_KEY });
}

function createProgram(): Command {
  const commands = [
    migrateCommand(() => Environment.read(process.env, settingNames)),
    auditCommand(() => Environment.read(process.env, settingNames)),
    planCommand(serverEnvironment),
    applyCommand(serverEnvironment),
    driftCommand(serverEnvironment),
    exportCommand(serverEnvironment),
    verifyCommand(serverEnvironment),
    validateCommand(),
    schemaCommand(),
  ];
  const attune = new Command('attune')
    .description('Looks after an installation of Attune. What it works on is named by environment variables.')
    .version(version())
    .exitOverride()
    .addHelpText('after', exitCodes)
    .hook('preSubcommand', (_attune, command) => {
      currentUsageErrorCode = comparisonCommands.has(command.name()) ? failedCode : usageErrorCode;
    });
  for (const command of commands) attune.addCommand(command.exitOverride());
  return attune;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : currentUsageErrorCode;
  if (error instanceof InvalidFilesError) return writeError(error.message, failedCode);
  return writeError(
    `attune: ${toMessage(error)}`,
    error instanceof EnvironmentError ? currentUsageErrorCode : failedCode,
  );
}

function writeError(message: string, code: number): number {
  process.stderr.write(`${message}\n`);
  return code;
}

/** One line, whatever the error: a refused connection has an empty message, an invalid environment several lines. */
function toMessage(error: unknown): string {
  const cause = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\s*\n\s*/g, ' ');
}

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
