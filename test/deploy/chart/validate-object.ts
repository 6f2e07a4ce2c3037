import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Pod } from 'kubernetes-models/v1/Pod';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { Ajv } from 'ajv';
import httpRouteSchema from './http-route.schema.json' with { type: 'json' };
import type { KubernetesObject } from './kubernetes-object.js';

/** A class of the packages: it has the schema of its kind. */
interface Model {
  readonly prototype: { validate(): void };
}

const models: Readonly<Record<string, Model>> = {
  'apps/v1 Deployment': Deployment,
  'autoscaling/v2 HorizontalPodAutoscaler': HorizontalPodAutoscaler,
  'batch/v1 Job': Job,
  'networking.k8s.io/v1 Ingress': Ingress,
  'networking.k8s.io/v1 NetworkPolicy': NetworkPolicy,
  'policy/v1 PodDisruptionBudget': PodDisruptionBudget,
  'v1 ConfigMap': ConfigMap,
  'v1 Pod': Pod,
  'v1 Service': Service,
  'v1 ServiceAccount': ServiceAccount,
  'monitoring.coreos.com/v1 ServiceMonitor': ServiceMonitor,
  'monitoring.coreos.com/v1 PrometheusRule': PrometheusRule,
};

const ajv = new Ajv({ allErrors: true });
const isHttpRoute = ajv.compile(httpRouteSchema);

/** What Kubernetes would say to the object: wrong types, missing members, and members that it does not know. */
export function validateObject(object: KubernetesObject): string[] {
  const name = `${object.apiVersion} ${object.kind}`;
  // The packages have no Gateway API.
  if (object.kind === 'HTTPRoute') return isHttpRoute(object) ? [] : [ajv.errorsText(isHttpRoute.errors)];
  const model = models[name];
  if (!model) return [`${name} has no schema here.`];
  return validateByModel(object, model).map((error) => `${name}: ${error}`);
}

/** The schemas allow members that they do not know, but they never read these. */
function validateByModel(object: KubernetesObject, model: Model): string[] {
  const unread = new Set<string>();
  try {
    // A model of its own would read every member when it copies them.
    model.prototype.validate.call(watchMembers(object, '', unread));
  } catch (error) {
    return [(error as Error).message];
  }
  return [...unread].map((path) => `${path} is unknown`);
}

/** A view of the value that removes each member from `unread` once the validator has read it: it reads those that it knows. */
function watchMembers(value: unknown, path: string, unread: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item, index) => watchMembers(item, `${path}/${index}`, unread));
  const copy: object = Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, watchMembers(member, `${path}/${key}`, unread)]),
  );
  for (const key of Object.keys(copy)) unread.add(`${path}/${key}`);
  return new Proxy(copy, {
    get(target, key) {
      unread.delete(`${path}/${String(key)}`);
      return Reflect.get(target, key) as unknown;
    },
  });
}
