#!/usr/bin/env node
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { settingNames } from '#config';
import { Environment, EnvironmentError } from '#kernel';
import { Command, CommanderError } from 'commander';
import { migrateCommand } from './migrate.js';

/** What the shell is told: 0 done, 1 it was tried and failed, 2 the command line or the environment is wrong. */
const failed = 1;
const misused = 2;

function version(): string {
  const text = readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function program(): Command {
  return new Command('attune')
    .description('Looks after an installation of Attune. What it works on is named by environment variables.')
    .version(version())
    .exitOverride()
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong command line or environment.')
    .addCommand(migrateCommand(() => Environment.read(process.env, settingNames)).exitOverride());
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : misused;
  process.stderr.write(`attune: ${messageOf(error)}\n`);
  return error instanceof EnvironmentError ? misused : failed;
}

/** One line, whatever the error: a refused connection has an empty message, an invalid environment several lines. */
function messageOf(error: unknown): string {
  const told = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  return (told instanceof Error ? told.message : String(told)).replace(/\s*\n\s*/g, ' ');
}

try {
  await program().parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
