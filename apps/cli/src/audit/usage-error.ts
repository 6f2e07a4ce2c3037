import { CommanderError } from 'commander';

/** The error of a command line that is well formed and asks for what cannot be; it is told here, as commander tells its own. */
export function usageError(message: string): CommanderError {
  process.stderr.write(`error: ${message}\n`);
  return new CommanderError(1, 'attune.misuse', message);
}
