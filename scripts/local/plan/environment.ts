import { join } from 'node:path'
import { gatewayWorkload, isGateway, type ReplicaPorts } from './ports.ts'
import type { PlannedReplica } from './replicas.ts'
import { samplingOf } from './tracing.ts'

/** What the machine adds to a container's environment. */
export interface Machine {
  readonly brokers: string
  readonly data: string
  /** Folder with the keys of identity. */
  readonly identity: string
  readonly compileCache: string
  /** Where spans are sent; absent when nobody takes them. */
  readonly otlpEndpoint?: string
  /** Of the supervisor: only what programs need to find other programs and to write text passes. */
  readonly env: NodeJS.ProcessEnv
}

// DOCKER_HOST and DOCKER_CONTEXT are for a broker in a container, JAVA_HOME for one outside.
const inherited = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ', 'NODE_OPTIONS', 'JAVA_HOME', 'DOCKER_HOST', 'DOCKER_CONTEXT']

/** Files of whoever starts the shop that say who may call it. */
const ofTheGateway = ['SIGV4_PARTNERS_FILE', 'CUSTOM_AUTHORIZER_FILE', 'ROLES_FILE']

/** What a service on this machine loads first. */
const preload = new URL('../../cli/packages-in-few-files.ts', import.meta.url).href

/** The container's variables with this machine's addresses in place of the cluster's. */
export function environmentOf(replica: PlannedReplica, ports: ReplicaPorts, machine: Machine): Record<string, string> {
  const { env } = replica
  return {
    ...inheritedEnvironment(machine.env),
    ...env,
    PORT: String(ports.app),
    HOST: '127.0.0.1',
    POD_NAME: replica.name,
    MESH_OUTBOUND: `127.0.0.1:${ports.outbound}`,
    NODE_COMPILE_CACHE: machine.compileCache,
    NODE_OPTIONS: [machine.env.NODE_OPTIONS, env.NODE_OPTIONS, `--import=${preload}`].filter(Boolean).join(' '),
    ...('KAFKA_BROKERS' in env && { KAFKA_BROKERS: machine.brokers }),
    ...('STATE_FILE' in env && { STATE_FILE: join(machine.data, replica.name, 'state.json') }),
    ...(replica.workload === gatewayWorkload && variables(ofTheGateway, machine.env)),
    ...('DATABASE_URL' in env && { DATABASE_URL: `pglite:${join(machine.data, replica.name)}` }),
    ...('IDENTITY_FOLDER' in env && { IDENTITY_FOLDER: machine.identity }),
    ...(machine.otlpEndpoint !== undefined && {
      OTEL_EXPORTER_OTLP_ENDPOINT: machine.otlpEndpoint,
      ...samplingOf(machine.env, isGateway(replica)),
    }),
    ...(ports.control !== undefined && { CONTROL_PORT: String(ports.control) }),
  }
}

/** What of our own environment every process gets. */
export const inheritedEnvironment = (env: NodeJS.ProcessEnv): Record<string, string> => variables(inherited, env)

const variables = (names: readonly string[], env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
