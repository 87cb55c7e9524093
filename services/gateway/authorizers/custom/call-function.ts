import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'

/** Asks an authorizer: event → what it answers. Rejects with `Error('Unauthorized')` as a Lambda function does, or with why there is no answer. */
export interface AskAuthorizer {
  ask(event: object, timeoutMs: number): Promise<unknown>
  close(): Promise<unknown>
}

/**
 * Runs in the worker, and is plain JavaScript in a text because a process in a cluster is one file. Functions answer with a promise, a callback or
 * `context.succeed`, and are ES modules or CommonJS, as Lambda takes them.
 */
const work = `
const { parentPort, workerData } = require('node:worker_threads')
const loaded = import(workerData.file).then((module) => module.handler ?? module.default?.handler ?? module.default)
parentPort.on('message', async ({ id, event, deadline }) => {
  try {
    const handler = await loaded
    if (typeof handler !== 'function') throw new Error('the file exports no function handler')
    const answer = await new Promise((resolve, reject) => {
      const fail = (error) => reject(typeof error === 'string' ? new Error(error) : error)
      const callback = (error, value) => (error ? fail(error) : resolve(value))
      const context = {
        functionName: workerData.name,
        awsRequestId: String(id),
        callbackWaitsForEmptyEventLoop: false,
        getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
        succeed: resolve,
        fail,
        done: callback,
      }
      const returned = handler(event, context, callback)
      if (typeof returned?.then === 'function') returned.then(resolve, fail)
      else if (handler.length < 3 && returned !== undefined) resolve(returned)
    })
    parentPort.postMessage({ id, answer: JSON.stringify(answer ?? null) })
  } catch (error) {
    parentPort.postMessage({ id, error: String(error?.message ?? error) })
  }
})
`

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
}

/**
 * A function in a file, in a thread of its own: one that computes for ever does not hold the gateway up. A thread that has said nothing for as long as a
 * call may take is ended, and the next call starts another.
 * @param environment all the variables that the function sees
 */
export function functionInFile(file: string, environment: Readonly<Record<string, string>>): AskAuthorizer {
  let worker: Worker | undefined
  let lastWord = 0
  let calls = 0
  const waiting = new Map<number, Waiting>()

  const end = (ended: Worker, why: string) => {
    if (worker !== ended) return
    worker = undefined
    for (const { reject } of waiting.values()) reject(new Error(why))
    waiting.clear()
    return ended.terminate()
  }
  const start = (): Worker => {
    const started = new Worker(work, {
      eval: true,
      name: 'authorizer',
      workerData: { file: pathToFileURL(file).href, name: 'authorizer' },
      env: { ...environment },
      resourceLimits: { maxOldGenerationSizeMb: 128 },
    })
    started.on('message', ({ id, answer, error }: { id: number; answer?: string; error?: string }) => {
      lastWord = performance.now()
      const asked = waiting.get(id)
      if (error !== undefined) asked?.reject(new Error(error))
      else asked?.resolve(JSON.parse(answer as string))
    })
    started.on('error', (error) => void end(started, `the function has ended: ${error.message}`))
    started.on('exit', (code) => void end(started, `the function has ended its thread with ${code}`))
    started.unref()
    return started
  }

  return {
    async ask(event, timeoutMs) {
      const id = calls++
      const begun = performance.now()
      worker ??= start()
      const asked = worker
      let timer: NodeJS.Timeout | undefined
      try {
        return await new Promise<unknown>((resolve, reject) => {
          waiting.set(id, { resolve, reject })
          timer = setTimeout(() => {
            reject(new Error(`no answer in ${timeoutMs} ms`))
            waiting.delete(id)
            if (lastWord < begun) void end(asked, `the function has said nothing for ${timeoutMs} ms`)
          }, timeoutMs)
          asked.postMessage({ id, event, deadline: Date.now() + timeoutMs })
        })
      } finally {
        clearTimeout(timer)
        waiting.delete(id)
      }
    },
    close: async () => worker && end(worker, 'the gateway stops'),
  }
}
