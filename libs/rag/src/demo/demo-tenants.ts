import { readFileSync } from 'node:fs';

/** A demo tenant, which `ATTUNE_DEMO` creates at the first start. */
export interface DemoTenant {
  readonly tenant_id: string;
  readonly name: string;
  readonly plan: string;
  /** Settings that the tenant's admin sets. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly documents: readonly DemoDocument[];
}

/** A document of a demo tenant. */
export interface DemoDocument {
  readonly id: string;
  readonly title: string;
  /** Path within this folder; `.txt` or `.md`. */
  readonly file: string;
}

/** A question that the documents of both tenants answer, in different ways. */
export const demoQuestion = 'When can my rights be terminated?';

/** The two tenants of the demo. */
export const demoTenants: readonly DemoTenant[] = [
  {
    tenant_id: 'acme-law',
    name: 'Acme Law',
    plan: 'pro',
    settings: {
      model_name: 'gpt-4',
      model_fallback: 'gpt-4o',
      temperature: 0.2,
      retrieval_top_k: 10,
      system_prompt_template:
        'You are the licence counsel of {firm}. Answer from the licence texts alone, name the licence and the section you rely on, ' +
        'and keep to {jurisdiction} usage. Say so when the texts do not answer the question; this is information, not legal advice.',
      prompt_variables: { firm: 'Acme Law', jurisdiction: 'English' },
      ui_primary_color: '#1f3a5f',
    },
    documents: [
      licenceDocument('lgpl-3.0', 'GNU Lesser General Public License, version 3'),
      licenceDocument('apache-2.0', 'Apache License, version 2.0'),
      licenceDocument('mpl-2.0', 'Mozilla Public License, version 2.0'),
      licenceDocument('artistic-1.0-perl', 'Artistic License 1.0 (Perl)'),
    ],
  },
  {
    tenant_id: 'startup-support',
    name: 'Nimbus Boards Support',
    plan: 'basic',
    settings: {
      model_name: 'gpt-3.5-turbo',
      retrieval_top_k: 3,
      system_prompt_template:
        'You answer customers of {product}. Be {tone} and short, and end with one next step. When the help pages do not know, say so and ' +
        'point to {contact}.',
      prompt_variables: { product: 'Nimbus Boards', tone: 'friendly', contact: 'help@nimbusboards.example' },
      ui_primary_color: '#ff7a59',
    },
    documents: [
      helpDocument('getting-started', 'Nimbus Boards: getting started'),
      helpDocument('billing-and-refunds', 'Nimbus Boards: plans, billing and refunds'),
      helpDocument('security-and-data', 'Nimbus Boards: security and your data'),
      helpDocument('terms-in-plain-words', 'Nimbus Boards: our terms in plain words'),
    ],
  },
];

/** The content of a demo document's file. @throws Error when the file is missing */
export function readDemoText({ file }: DemoDocument): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8');
}

function licenceDocument(id: string, title: string): DemoDocument {
  return { id, title, file: `acme-law/${id}.txt` };
}

function helpDocument(id: string, title: string): DemoDocument {
  return { id, title, file: `startup-support/${id}.md` };
}
