import { Client } from 'undici'
import { type LocalState, parseState } from './state.ts'
import type { ProgressEvent } from './supervisor/progress.ts'

export type { ProgressEvent }

/** Signals that make sense for a replica: end, kill, pause, continue. */
export const replicaSignals = ['SIGTERM', 'SIGKILL', 'SIGSTOP', 'SIGCONT'] as const
export type ReplicaSignal = (typeof replicaSignals)[number]

/** Which of a replica's two processes. */
export type Container = 'app' | 'sidecar'

/** Asks the supervisor. Every call throws an Error with the supervisor's own words when it refuses. */
export interface Control {
  state(): Promise<LocalState>
  /** Sends a signal to one process of a replica; when it ends, the supervisor starts it again. */
  signal(replica: string, signal: ReplicaSignal, container?: Container): Promise<void>
  /** Ends a replica's app and starts it again at once. */
  restart(replica: string): Promise<void>
  /** What happens during the start, from its beginning until all is ready or the start has failed. */
  progress(): AsyncGenerator<ProgressEvent>
  /** Stops everything; lines of progress until only the supervisor's own end is left. */
  stop(): AsyncGenerator<string>
}

/** The supervisor does little itself; one that is silent for longer hangs. */
const answerWithinMs = 10_000
/** A stream is silent for as long as a step takes: a start is given up after 120 s. */
const bodyTimeoutMs = 150_000

/** The supervisor behind a unix socket. */
export function control({ controlSocket }: Pick<LocalState, 'controlSocket'>): Control {
  const ask = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<string> => {
    const client = new Client('http://supervisor', {
      socketPath: controlSocket,
      headersTimeout: answerWithinMs,
      bodyTimeout: answerWithinMs,
    })
    try {
      const json = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
      const answer = await client.request({ method, path, ...json })
      const text = await answer.body.text()
      if (answer.statusCode >= 400) throw new Error(text.trim())
      return text
    } finally {
      await client.close()
    }
  }
  async function* lines(method: 'GET' | 'POST', path: string): AsyncGenerator<string> {
    const client = new Client('http://supervisor', {
      socketPath: controlSocket,
      headersTimeout: answerWithinMs,
      bodyTimeout: bodyTimeoutMs,
    })
    try {
      const { body } = await client.request({ method, path })
      let rest = ''
      for await (const chunk of body.setEncoding('utf8')) {
        const parts = `${rest}${chunk}`.split('\n')
        rest = parts.pop() ?? ''
        yield* parts
      }
    } finally {
      await client.destroy()
    }
  }
  const replicaPath = (name: string): string => `/replicas/${encodeURIComponent(name)}`
  return {
    state: async () => parseState(await ask('GET', '/state')),
    signal: async (replica, signal, container = 'app') => {
      await ask('POST', `${replicaPath(replica)}/signal`, { signal, container })
    },
    restart: async (replica) => {
      await ask('POST', `${replicaPath(replica)}/restart`)
    },
    progress: async function* () {
      for await (const line of lines('GET', '/progress')) yield JSON.parse(line)
    },
    stop: () => lines('POST', '/stop'),
  }
}
