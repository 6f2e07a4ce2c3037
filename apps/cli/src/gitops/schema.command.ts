import { tenantFileSchema } from '#config';
import { Command } from 'commander';
import { formatJson, printLine } from '../terminal/output.js';

const help = `
Editors with the YAML language server (Visual Studio Code, Neovim, JetBrains) check and complete a file that begins with
  # yaml-language-server: $schema=./attune-tenant.schema.json
attune export writes the schema beside the files, and that line into each.

Example:
  attune schema > tenants/attune-tenant.schema.json`;

/** `attune schema`: the JSON Schema of a tenant's file. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description("print the JSON Schema of tenants' files, for editors")
    .addHelpText('after', help)
    .action(() => printLine(formatJson(tenantFileSchema())));
}
