import 'reflect-metadata';
import { DatabaseConfig } from '#database';
import { EnvironmentError, type Variables } from '#kernel';
import { productVersion } from '#telemetry';
import { Command, CommanderError } from 'commander';
import { auditCommand } from './audit/audit.command.js';
import { CliConfig } from './cli.config.js';
import { applyCommand } from './gitops/apply.command.js';
import { exportCommand } from './gitops/export.command.js';
import { driftCommand, planCommand } from './gitops/plan.command.js';
import { schemaCommand } from './gitops/schema.command.js';
import { validateCommand } from './gitops/validate.command.js';
import { keysCommand } from './keys/keys.command.js';
import { InvalidFilesError } from './files/read-text-file.js';
import { migrateCommand } from './migrate.command.js';
import { tenantsCommand } from './tenants/tenants.command.js';
import { verifyCommand } from './verify/verify.command.js';

/** Exit codes: 0 done, 1 failed, 2 wrong command line or environment. */
const failedCode = 1;
const usageErrorCode = 2;
/** These commands exit with 2 when they find changes, and with 1 on every error. */
const comparisonCommands = new Set(['plan', 'drift', 'verify']);
let currentUsageErrorCode = usageErrorCode;

const exitCodes = `
Exit codes: 0 done, 1 failed, 2 wrong command line or environment; plan, drift and verify: 0 nothing, 2 something, 1 anything wrong.`;

// A command reads only the section that it needs: the shell can have variables for other things.
function createProgram(variables: Variables): Command {
  const readDatabaseConfig = () => new DatabaseConfig(variables);
  const readCliConfig = () => new CliConfig(variables);
  // The owner's login is all that it needs.
  const readOwnerConfig = () =>
    new DatabaseConfig({ DATABASE_URL: variables['MIGRATION_DATABASE_URL'], ...variables });
  const commands = [
    migrateCommand(readDatabaseConfig),
    auditCommand(readDatabaseConfig),
    keysCommand(readOwnerConfig),
    planCommand(readCliConfig),
    applyCommand(readCliConfig),
    driftCommand(readCliConfig),
    exportCommand(readCliConfig),
    tenantsCommand(readCliConfig),
    verifyCommand(readCliConfig),
    validateCommand(),
    schemaCommand(),
  ];
  const attune = new Command('attune')
    .description('Manages an installation of Attune. Environment variables name the database or the server.')
    .version(productVersion())
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

/** Runs the command line of this process with these environment variables, and sets its exit code. Never rejects. */
export async function run(variables: Variables): Promise<void> {
  try {
    await createProgram(variables).parseAsync();
  } catch (error) {
    process.exitCode = exitCodeOf(error);
  }
}
