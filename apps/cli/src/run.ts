import 'reflect-metadata';
import { EnvironmentError, type Variables } from '#kernel';
import { Command, CommanderError } from 'commander';
import { commands } from './commands.js';
import { InvalidFilesError } from './files/read-text-file.js';

/** Exit codes: 0 done, 1 failed, 2 wrong command line or environment. */
const failedCode = 1;
const usageErrorCode = 2;
/** These commands exit with 2 when they find changes, and with 1 on every error. */
const comparisonCommands = new Set(['plan', 'drift', 'verify']);
let currentUsageErrorCode = usageErrorCode;

const exitCodes = `
Exit codes: 0 done, 1 failed, 2 wrong command line or environment; plan, drift and verify: 0 nothing, 2 something, 1 anything wrong.`;

/** Only the command that is asked for is loaded: most of them need libraries that take longer than all that the help needs. */
async function createProgram(args: readonly string[], variables: Variables): Promise<Command> {
  const attune = new Command('attune')
    .description('Manages an installation of Attune. Environment variables name the database or the server.')
    .version(await readVersion(args))
    .exitOverride()
    .addHelpText('after', exitCodes)
    .showHelpAfterError('`attune --help` lists the commands.')
    .hook('preSubcommand', (_attune, command) => {
      currentUsageErrorCode = comparisonCommands.has(command.name()) ? failedCode : usageErrorCode;
    });
  const wanted = args.find((arg) => !arg.startsWith('-') && arg !== 'help');
  for (const { name, description, load } of commands) {
    const command = name === wanted ? await load(variables) : new Command(name);
    attune.addCommand(command.description(description).exitOverride());
  }
  return attune;
}

async function readVersion(args: readonly string[]): Promise<string> {
  const isAsked = args[0] === '--version' || args[0] === '-V';
  return isAsked ? (await import('#telemetry')).productVersion() : '';
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
    const args = process.argv.slice(2);
    await (await createProgram(args, variables)).parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = exitCodeOf(error);
  }
}
