import {
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleInit,
  RequestMethod,
  type Type,
} from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, HttpAdapterHost, MetadataScanner } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { type DeclaredRole, declaredRoleOf, requiredRole } from './access.decorators.js';

interface Route {
  /** `Controller.method`. */
  readonly name: string;
  readonly method: RequestMethod;
  /** Each begins with a slash. */
  readonly paths: readonly string[];
  readonly declared: DeclaredRole | undefined;
}

/**
 * Stops the start when a route does not declare who may call it, and when a fast path answers for a route that not every member of a
 * tenant may call. The access control sees neither.
 */
@Injectable()
export class AccessDeclarationCheck implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  /** @throws Error that names every route without a declaration. */
  onModuleInit(): void {
    const undeclared = this.findRoutes().filter(({ declared }) => declared === undefined);
    if (undeclared.length > 0)
      throw new Error(`Routes without @Access: ${undeclared.map(({ name }) => name).join(', ')}`);
  }

  /**
   * Later than `onModuleInit`, in which modules register their fast paths.
   *
   * @throws Error that names every fast path whose route needs more than the role `member`, or does not exist.
   */
  onApplicationBootstrap(): void {
    const server = this.adapterHost.httpAdapter?.getInstance<Partial<FastifyInstance>>();
    const readable = new Set(
      this.findRoutes()
        .filter(({ method }) => method === RequestMethod.GET)
        .flatMap(({ paths, declared }) => paths.filter((path) => isOpenToMembers(declared, path))),
    );
    const refused = [...(server?.fastPaths?.keys() ?? [])].filter((path) => !readable.has(path));
    if (refused.length > 0)
      throw new Error(`Fast paths without a GET route that every member may call: ${refused.join(', ')}`);
  }

  private findRoutes(): Route[] {
    return this.discovery.getControllers().flatMap(({ metatype }) => this.findRoutesOf(metatype));
  }

  private findRoutesOf(controller: unknown): Route[] {
    if (typeof controller !== 'function') return [];
    const { name: controllerName, prototype } = controller as Type<Record<string, object>>;
    return this.scanner
      .getAllMethodNames(prototype)
      .filter((name) => Reflect.hasMetadata(METHOD_METADATA, prototype[name]!))
      .map((name) => ({
        name: `${controllerName}.${name}`,
        method: Reflect.getMetadata(METHOD_METADATA, prototype[name]!) as RequestMethod,
        paths: joinPaths(pathsOf(controller), pathsOf(prototype[name]!)),
        declared: declaredRoleOf(prototype[name]!),
      }));
  }
}

function isOpenToMembers(declared: DeclaredRole | undefined, path: string): boolean {
  const role = requiredRole(declared, path.includes('/:tenant_id'));
  return role === 'member' || role === 'public';
}

function pathsOf(target: object): string[] {
  return [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();
}

function joinPaths(prefixes: readonly string[], paths: readonly string[]): string[] {
  return prefixes.flatMap((prefix) =>
    paths.map((path) => `/${prefix}/${path}`.replaceAll(/\/+/g, '/').replace(/(?<=.)\/$/, '')),
  );
}
