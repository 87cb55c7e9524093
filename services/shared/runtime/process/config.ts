import { hostname } from 'node:os'
import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import { brokerSecurityConfig } from '../kafka/client/broker-security.ts'
import { valuesOf } from './text-values.ts'
import { tracingConfig } from './tracing-config.ts'

/** What every process reads; spread it into a service's own `Type.Object`. */
export const baseConfig = {
  PORT: Type.Integer({ minimum: 0, maximum: 65535, default: 8080, description: 'port of the HTTP server; 0 takes a free one' }),
  HOST: Type.String({ default: '0.0.0.0', description: 'address of the HTTP server; 127.0.0.1 on a laptop' }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'least level that is logged',
  }),
  MESH_OUTBOUND: Type.Optional(
    Type.String({
      pattern: '^[^:/\\s]+:\\d+$',
      description: "host:port of the sidecar's outbound listener; unset in a cluster, where Istio redirects",
    }),
  ),
  POD_NAME: Type.String({ default: hostname(), description: 'name of this replica in logs and metrics' }),
  SHUTDOWN_GRACE_MS: Type.Integer({
    minimum: 0,
    default: 10_000,
    description: 'milliseconds to stop in after SIGTERM; then the process exits with 1',
  }),
  ...tracingConfig,
}

/** For services that read or write events. */
export const kafkaConfig = {
  KAFKA_BROKERS: Type.String({
    pattern: '^[^,\\s]+:\\d+(,[^,\\s]+:\\d+)*$',
    description: 'Kafka bootstrap servers, host:port[,host:port]',
  }),
  ...brokerSecurityConfig,
}

/** The process cannot start as configured. The message has a line for each variable that is missing or wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/**
 * Environment variables → typed settings. Strings become numbers and booleans as the schema says; an empty variable counts as unset;
 * defaults are the schema's own, nothing else is made up.
 * @throws ConfigError naming every missing or invalid variable and what it is for
 */
export function readConfig<Properties extends TProperties>(
  schema: TObject<Properties>,
  env: NodeJS.ProcessEnv = process.env,
): Static<TObject<Properties>> {
  const given = Object.fromEntries(Object.keys(schema.properties).flatMap((name) => (env[name] ? [[name, env[name]]] : [])))
  const config = Value.Default(schema, valuesOf(schema, given)) as Record<string, unknown>
  if (Value.Check(schema, config)) return config
  const complaints = Object.entries<TSchema>(schema.properties).flatMap(([name, property]) =>
    complaint(name, property, config[name], schema),
  )
  throw new ConfigError(complaints.join('\n'))
}

/** The line about one variable; none when it is fine. */
function complaint(name: string, property: TSchema, value: unknown, { required }: TObject): string[] {
  const purpose = 'description' in property ? ` (${String(property.description)})` : ''
  if (value === undefined) return required.includes(name) ? [`${name} is missing${purpose}`] : []
  const [error] = Value.Errors(property, value)
  if (!error) return []
  // A password that was mistyped is nearly the right one, and what is printed is kept in logs.
  const found = isSecret(property) ? 'is not (its value is not shown, it holds a password)' : `is ${JSON.stringify(String(value))}`
  return [`${name} ${error.message}, but ${found}${purpose}`]
}

/** JSON Schema's word for what is given and never shown: a setting that is, or holds, a password. */
const isSecret = (property: TSchema): boolean => 'writeOnly' in property && property.writeOnly === true
