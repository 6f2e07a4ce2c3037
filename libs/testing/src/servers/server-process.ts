import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { waitFor } from '../wait-for.js';

interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Where it listens, on 127.0.0.1. */
  readonly port: number;
}

/** One run of a server's program: it ends with this process at the latest. */
export class ServerProcess {
  private readonly outputChunks: string[] = [];
  private readonly child: ChildProcess;
  private readonly exited: Promise<unknown>;
  private readonly killOnExit = () => this.child.kill('SIGKILL');

  private constructor({ program, args, cwd }: ServerCommand) {
    this.child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    this.exited = once(this.child, 'close');
    this.child.stdout?.on('data', (bytes: Buffer) => this.outputChunks.push(bytes.toString()));
    this.child.stderr?.on('data', (bytes: Buffer) => this.outputChunks.push(bytes.toString()));
    process.once('exit', this.killOnExit);
  }

  /**
   * Resolves once it takes connections.
   *
   * @throws Error with what it wrote, when it ends or does not take any; nothing is left running then.
   */
  static async start(command: ServerCommand): Promise<ServerProcess> {
    const server = new ServerProcess(command);
    try {
      await waitFor(() => server.hasEnded || acceptsConnections(command.port), { timeoutMs: 30_000 });
      if (server.hasEnded) throw new Error('It ended while starting');
      return server;
    } catch (cause) {
      await server.end('SIGKILL');
      throw new Error(`${command.program} did not start:\n${server.output()}`, { cause });
    }
  }

  /** SIGSTOP and SIGCONT do not end it: nothing waits for them. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(signal);
  }

  /** What it has written so far. */
  output(): string {
    return this.outputChunks.join('');
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    process.removeListener('exit', this.killOnExit);
    this.child.kill(signal);
    await this.exited;
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}

async function acceptsConnections(port: number): Promise<true> {
  const socket = connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  socket.destroy();
  return true;
}
