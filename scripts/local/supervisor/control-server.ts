import { once } from 'node:events'
import { chmod, mkdir, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { replicaSignals } from '../control.ts'
import type { Supervised } from '../processes/supervise.ts'
import { brokerName, type LocalState } from '../state.ts'
import type { Progress } from './progress.ts'
import type { RunningReplica } from './replica.ts'

/** What the supervisor lets others ask. */
export interface Controlled {
  state(): LocalState | undefined
  replica(name: string): RunningReplica | undefined
  /** Undefined when the brokers are somebody else's, or not started yet. */
  broker(): Supervised | undefined
  /** Ends the replica's app in order and starts it again; fulfilled when that has begun. */
  restart(replica: RunningReplica): Promise<void>
  /** Gives a Deployment this many replicas; fulfilled when the new ones get requests and the others are gone. */
  scale(deployment: string, replicas: number): Promise<void>
  readonly progress: Progress
  /** Stops everything; fulfilled when all processes are gone. */
  stop(log: (line: string) => void): Promise<void>
}

const Signal = Type.Object({ signal: Type.Enum([...replicaSignals]), container: Type.Enum(['app', 'sidecar']) })
const Scale = Type.Object({ replicas: Type.Integer({ minimum: 0, maximum: 20 }) })
const Kill = Type.Object({ hold: Type.Boolean() })
const longestBody = 4_096

/**
 * Serves control on a unix socket that only this user can open. The socket is also the lock: one supervisor for one directory.
 * @returns stops serving
 * @throws Error when another supervisor serves there
 */
export async function serveControl(socket: string, controlled: Controlled): Promise<() => Promise<void>> {
  await mkdir(dirname(socket), { recursive: true })
  if (await isServed(socket)) throw new Error(`Breakwater runs already, or is starting: ${socket} is served.`)
  await rm(socket, { force: true })
  const server = createServer((request, response) => {
    answer(request, response, controlled).catch((error: unknown) =>
      respond(response, 500, error instanceof Error ? error.message : String(error)),
    )
  })
  await once(server.listen(socket), 'listening')
  await chmod(socket, 0o600)
  return async () => {
    server.close()
    server.closeAllConnections()
    await rm(socket, { force: true })
  }
}

/** A socket file without a server is what a killed supervisor left. */
export function isServed(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket)
    connection.once('connect', () => {
      connection.destroy()
      resolve(true)
    })
    connection.once('error', () => resolve(false))
  })
}

async function answer(request: IncomingMessage, response: ServerResponse, controlled: Controlled): Promise<void> {
  const [, first = '', name = '', action = ''] = (request.url ?? '').split('/')
  const route = `${request.method} ${[first, name && ':name', action].filter(Boolean).join('/')}`
  switch (route) {
    case 'GET state':
      return respondState(response, controlled.state())
    case 'GET progress':
      return followProgress(response, controlled.progress)
    case 'POST stop':
      return stop(response, controlled)
    case 'POST replicas/:name/signal':
    case 'POST replicas/:name/restart':
    case 'POST replicas/:name/pause':
    case 'POST replicas/:name/resume':
    case 'POST replicas/:name/kill':
      return act(response, controlled, decodeURIComponent(name), action, await bodyOf(request))
    case 'POST deployments/:name/scale': {
      const body = await bodyOf(request)
      if (!Value.Check(Scale, body)) return respond(response, 400, 'replicas must be a whole number from 0 to 20.')
      await controlled.scale(decodeURIComponent(name), body.replicas)
      return respond(response, 200, 'scaled')
    }
    default:
      return respond(response, 404, `There is no ${request.method} ${request.url}.`)
  }
}

function respondState(response: ServerResponse, state: LocalState | undefined): void {
  if (state) respond(response, 200, JSON.stringify(state))
  else respond(response, 503, 'Breakwater is only just starting.')
}

function followProgress(response: ServerResponse, progress: Progress): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' }).flushHeaders()
  progress.follow((event) => {
    response.write(`${JSON.stringify(event)}\n`)
    if (event.kind !== 'step') response.end()
  })
}

async function stop(response: ServerResponse, controlled: Controlled): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders()
  await controlled.stop((line) => response.write(`${line}\n`))
  response.end()
}

/** Does something to the processes of a replica, or to the broker. */
async function act(response: ServerResponse, controlled: Controlled, name: string, action: string, body: unknown): Promise<void> {
  const replica = controlled.replica(name)
  const broker = name === brokerName ? controlled.broker() : undefined
  const process = replica?.app ?? broker
  if (!process) return respond(response, 404, `There is no replica ${name}.`)
  const down = (of: Supervised): void => respond(response, 409, `${of.name} is down just now.`)
  switch (action) {
    case 'pause':
      return process.pause() ? respond(response, 202, 'paused') : down(process)
    case 'resume':
      for (const one of [process, replica?.sidecar]) one?.resume()
      return respond(response, 202, 'resumed')
    case 'kill': {
      if (!Value.Check(Kill, body)) return respond(response, 400, 'hold must be true or false.')
      return (await process.kill(body)) || body.hold ? respond(response, 202, 'killed') : down(process)
    }
    case 'restart':
      if (replica) await controlled.restart(replica)
      else process.restart()
      return respond(response, 202, 'restarting')
    default: {
      if (!Value.Check(Signal, body))
        return respond(response, 400, `signal must be one of ${replicaSignals.join(', ')}; container app or sidecar.`)
      const signalled = body.container === 'app' ? process : replica?.sidecar
      if (!signalled) return respond(response, 404, `${name} has no sidecar.`)
      return signalled.signal(body.signal) ? respond(response, 202, 'sent') : down(signalled)
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk
    if (text.length > longestBody) throw new Error('The body is too long.')
  }
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function respond(response: ServerResponse, status: number, text: string): void {
  if (!response.headersSent) response.writeHead(status, { 'content-type': text.startsWith('{') ? 'application/json' : 'text/plain' })
  response.end(`${text}\n`)
}
