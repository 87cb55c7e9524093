import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
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
  /**
   * Stops a replica's app in place (SIGSTOP), or the broker (`kafka`). Its proxy goes on, and requests wait. It stays so until `resume`,
   * whatever becomes of the caller: `heldIn` tells what is.
   */
  pause(name: string): Promise<void>
  /** Lets a paused process go on and starts one that is held down. Nothing happens to any other, so that it may be asked for twice. */
  resume(name: string): Promise<void>
  /**
   * SIGKILL to a replica's app, or to the broker (`kafka`); fulfilled when it is gone. It is started again as after a crash; with
   * `hold` not before `resume` or `restart`. One that is down already can be held, too.
   */
  kill(name: string, options?: { readonly hold?: boolean }): Promise<void>
  /** Ends a replica's app, or the broker (`kafka`), and starts it again at once, also one that is paused or held. */
  restart(name: string): Promise<void>
  /**
   * Gives a Deployment this many replicas, as `kubectl scale` does, until the shop stops; fulfilled when the new ones are ready and get
   * requests, and the others are gone.
   */
  scale(deployment: string, replicas: number): Promise<void>
  /** What happens during the start, from its beginning until all is ready or the start has failed. */
  progress(): AsyncGenerator<ProgressEvent>
  /** Stops everything; lines of progress until only the supervisor's own end is left. */
  stop(): AsyncGenerator<string>
}

/** How long the supervisor may say nothing, ms. */
export interface Silence {
  /** It does little itself; one that is silent for longer hangs. */
  readonly answer: number
  /** A stream is silent for as long as a step takes: a start is given up after 120 s. */
  readonly stream: number
}
const patience: Silence = { answer: 10_000, stream: 150_000 }

/** The supervisor behind a unix socket. Node's own client: any other takes longer to load than most commands to run. */
export function control({ controlSocket }: Pick<LocalState, 'controlSocket'>, silence = patience): Control {
  const send = async (method: 'GET' | 'POST', path: string, silentForMs: number, body?: unknown): Promise<IncomingMessage> => {
    const json = body === undefined ? undefined : JSON.stringify(body)
    const headers = json === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) }
    const asked = request({ socketPath: controlSocket, method, path, headers, agent: false, timeout: silentForMs })
    let answer: IncomingMessage | undefined
    asked.once('timeout', () => (answer ?? asked).destroy(new Error(`The supervisor has said nothing for ${silentForMs / 1000} s.`)))
    asked.end(json)
    ;[answer] = (await once(asked, 'response')) as [IncomingMessage]
    // From here on the answer ends with what goes wrong.
    asked.on('error', () => {})
    return answer
  }
  const ask = async (method: 'GET' | 'POST', path: string, body?: unknown, silentForMs = silence.answer): Promise<string> => {
    const answer = await send(method, path, silentForMs, body)
    const said = await text(answer)
    if (Number(answer.statusCode) >= 400) throw new Error(said.trim())
    return said
  }
  async function* lines(method: 'GET' | 'POST', path: string): AsyncGenerator<string> {
    const answer = await send(method, path, silence.stream)
    try {
      let rest = ''
      for await (const chunk of answer.setEncoding('utf8')) {
        const parts = `${rest}${chunk}`.split('\n')
        rest = parts.pop() ?? ''
        yield* parts
      }
    } finally {
      answer.destroy()
    }
  }
  const replicaPath = (name: string): string => `/replicas/${encodeURIComponent(name)}`
  return {
    state: async () => parseState(await ask('GET', '/state')),
    signal: async (replica, signal, container = 'app') => {
      await ask('POST', `${replicaPath(replica)}/signal`, { signal, container })
    },
    pause: async (name) => {
      await ask('POST', `${replicaPath(name)}/pause`)
    },
    resume: async (name) => {
      await ask('POST', `${replicaPath(name)}/resume`)
    },
    kill: async (name, { hold = false } = {}) => {
      await ask('POST', `${replicaPath(name)}/kill`, { hold })
    },
    restart: async (name) => {
      await ask('POST', `${replicaPath(name)}/restart`)
    },
    scale: async (deployment, replicas) => {
      await ask('POST', `/deployments/${encodeURIComponent(deployment)}/scale`, { replicas }, silence.stream)
    },
    progress: async function* () {
      for await (const line of lines('GET', '/progress')) yield JSON.parse(line)
    },
    stop: () => lines('POST', '/stop'),
  }
}
