import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '#testing';

export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface RuleTest {
  readonly name: string;
  readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly object[] }[];
}

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly targets?: readonly { readonly expr: string }[];
}

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}

export const prometheusFolder = join(projectRoot, 'deploy/prometheus');

/** The rules of deploy/prometheus/rules.yml. */
export function readRules(): Rule[] {
  const { groups } = readYaml('rules.yml') as { groups: { rules: Rule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

/** The tests of deploy/prometheus/rules.test.yml. */
export function readRuleTests(): RuleTest[] {
  return (readYaml('rules.test.yml') as { tests: RuleTest[] }).tests;
}

/** The receivers that deploy/prometheus/alertmanager.yml names. */
export function readReceivers(): string[] {
  const { receivers } = readYaml('alertmanager.yml') as { receivers: { name: string }[] };
  return receivers.map(({ name }) => name);
}

/** deploy/grafana/dashboard.json */
export function readDashboard(): Dashboard {
  return JSON.parse(readFileSync(join(projectRoot, 'deploy/grafana/dashboard.json'), 'utf8')) as Dashboard;
}

/** The expressions of all panels, with a fixed range where Grafana puts one, and those of annotations. */
export function dashboardExpressions(): string[] {
  const { panels, annotations } = readDashboard();
  const targets = panels.flatMap((panel) => panel.targets ?? []);
  return [...targets, ...annotations.list].map(({ expr }) => expr.replaceAll('$__rate_interval', '5m'));
}

function readYaml(file: string): unknown {
  return parse(readFileSync(join(prometheusFolder, file), 'utf8'));
}
