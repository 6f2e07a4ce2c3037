import { tenantFileSchema } from '#config';
import { Command } from 'commander';
import { formatJson, printLine } from '../terminal/output.js';

const help = `
Editors with a YAML language server (Visual Studio Code, Neovim, JetBrains) check and complete files that begin with
  # yaml-language-server: $schema=./attune-tenant.schema.json
attune export writes the schema next to the files, and this line into each of them.

Example:
  attune schema > tenants/attune-tenant.schema.json`;

/** `attune schema`: prints the JSON Schema of a tenant's file. */
export function schemaCommand(): Command {
  return new Command('schema')
    .addHelpText('after', help)
    .action(() => printLine(formatJson(tenantFileSchema())));
}
