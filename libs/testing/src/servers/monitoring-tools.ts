import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findPrograms } from '../../jest/programs.js';

/** How a tool ended, with all that it printed. */
export interface ToolResult {
  readonly status: number | null;
  readonly output: string;
}

/** Runs promtool, which checks and tests what Prometheus reads. */
export function runPromtool(...args: string[]): ToolResult {
  return run(join(findPrograms({ promtool: true }).promtool, 'promtool'), args);
}

/** Runs promtool on this text, such as a scrape. */
export function runPromtoolOn(input: string, ...args: string[]): ToolResult {
  return run(join(findPrograms({ promtool: true }).promtool, 'promtool'), args, input);
}

/** Runs amtool, which checks what Alertmanager reads. */
export function runAmtool(...args: string[]): ToolResult {
  return run(join(findPrograms({ amtool: true }).amtool, 'amtool'), args);
}

function run(program: string, args: readonly string[], input?: string): ToolResult {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    ...(input !== undefined && { input }),
  });
  return { status, output: stdout + stderr };
}
