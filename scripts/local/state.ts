import { readFile, rename, writeFile } from 'node:fs/promises'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { localPaths } from './paths.ts'

const pid = Type.Optional(Type.Integer({ minimum: 1, description: 'absent while the process is down' }))
const port = Type.Integer({ minimum: 1, maximum: 65535, description: 'of 127.0.0.1' })

const status = Type.Enum(['starting', 'ready', 'not-ready', 'restarting', 'paused', 'held', 'stopped'])

/** One process of a workload with the Envoy beside it: what a pod is in a cluster. */
export const ReplicaState = Type.Object({
  name: Type.String({ description: 'POD_NAME of the process: <workload>-<replica>, of a later version <workload>-<version>-<replica>' }),
  workload: Type.String({ description: 'label app of its pod' }),
  version: Type.Optional(Type.String({ description: 'label version of its pod' })),
  replica: Type.Integer({ minimum: 0 }),
  status,
  restarts: Type.Integer({ minimum: 0, description: 'of the app and of the sidecar, since the start of the shop' }),
  app: Type.Object({ pid, port, controlPort: Type.Optional(port) }),
  sidecar: Type.Object({ pid, adminPort: port, inboundPort: port, outboundPort: port, accessLog: Type.String() }),
})
export type ReplicaState = Static<typeof ReplicaState>

/** What runs on this machine: `.local/run/state.json`, and the answer of the supervisor to GET /state. */
export const LocalState = Type.Object({
  version: Type.Literal(1),
  supervisorPid: Type.Integer({ minimum: 1 }),
  startedAt: Type.String({ description: 'RFC 3339' }),
  readyAt: Type.Optional(Type.String({ description: 'RFC 3339; absent until everything was ready once' })),
  gatewayUrl: Type.String(),
  brokers: Type.String(),
  kafkaPid: pid,
  kafka: Type.Optional(
    Type.Object({ status, restarts: Type.Integer({ minimum: 0 }) }, { description: "absent when the brokers are somebody else's" }),
  ),
  telemetry: Type.Optional(
    Type.Object(
      { pid, port, status },
      { description: 'the process that stores logs and takes spans over OTLP; absent when it is switched off' },
    ),
  ),
  console: Type.Optional(
    Type.Object({ pid, port, status }, { description: 'the process that serves the live page; absent when it is switched off' }),
  ),
  logFile: Type.String(),
  controlSocket: Type.String(),
  policyDirectory: Type.String({ description: 'overlays: *.yaml' }),
  policy: Type.Object({
    generation: Type.Integer({ minimum: 0, description: 'one more with each change that was given to the sidecars' }),
    error: Type.Optional(Type.String({ description: 'why the files as they are now are not in force' })),
    warnings: Type.Optional(Type.Array(Type.String(), { description: 'what is in force and will surprise, one sentence each' })),
  }),
  replicas: Type.Array(ReplicaState),
})
export type LocalState = Static<typeof LocalState>

/** What the broker is called where replicas have their names. */
export const brokerName = 'kafka'

/**
 * What somebody has paused or holds down, by the names that `resume` takes. Whoever did it may have died since: what is held stays so
 * until it is resumed or the shop stops.
 */
export function heldIn({ replicas, kafka }: LocalState): { readonly name: string; readonly status: 'paused' | 'held' }[] {
  const all = [...replicas, ...(kafka ? [{ name: brokerName, status: kafka.status }] : [])]
  return all.flatMap(({ name, status }) => (status === 'paused' || status === 'held' ? [{ name, status }] : []))
}

const compiled = Compile(LocalState)

/** @throws Error when it is not a state of this version */
export function parseState(text: string): LocalState {
  const value: unknown = JSON.parse(text)
  if (compiled.Check(value)) return value
  const [first] = compiled.Errors(value)
  throw new Error(`not a state of this version: ${first?.instancePath || '/'} ${first?.message}`)
}

/**
 * What runs, as last written by the supervisor.
 * @returns undefined when nothing runs: there is no state, or its supervisor has ended
 * @throws Error when the file holds something else
 */
export async function readState(file: string = localPaths().state): Promise<LocalState | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const state = parseState(text)
  return isAlive(state.supervisorPid) ? state : undefined
}

/** Replaces the file in one step, so that a reader never sees half of it. */
export async function writeState(file: string, state: LocalState): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(state, undefined, 2)}\n`)
  await rename(`${file}.new`, file)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
