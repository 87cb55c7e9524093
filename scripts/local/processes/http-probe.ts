import { get } from 'node:http'
import { envoyAdmin } from '../../envoy-admin/admin.ts'
import { listenerNames } from '../../envoy-admin/config.ts'

/** Whether a process is ready, and when not, what it waits for, in a few words. */
export type Readiness = { readonly ready: true } | { readonly ready: false; readonly why: string }

const answerWithinMs = 2_000
const longestBody = 16_384

/** Asks an HTTP endpoint of 127.0.0.1: 200 is ready; otherwise the body's `waitingFor` says why not. */
export async function probeHttp(port: number, path: string): Promise<Readiness> {
  const answer = await askHttp(port, path)
  if (typeof answer === 'string') return { ready: false, why: answer }
  if (answer.status === 200) return { ready: true }
  return { ready: false, why: waitingFor(answer.body) ?? `${path} answers ${answer.status}` }
}

/**
 * Envoy's own readiness, and that it listens both ways: Envoy is "ready" without a listener that it had to reject, because the port
 * is taken for instance.
 */
export async function probeSidecar(adminPort: number): Promise<Readiness> {
  const live = await probeHttp(adminPort, '/ready')
  if (!live.ready) return live
  const listeners = await listenerNames(envoyAdmin('its proxy', () => adminPort, answerWithinMs)).catch(messageOf)
  if (typeof listeners === 'string') return { ready: false, why: listeners }
  const missing = ['inbound', 'outbound'].filter((name) => !listeners.includes(name))
  return missing.length === 0 ? { ready: true } : { ready: false, why: `no ${missing.join(' and no ')} listener: see its log` }
}

/** One GET without keep-alive; the answer, or why there is none. */
function askHttp(port: number, path: string): Promise<{ status: number | undefined; body: string } | string> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path, agent: false, timeout: answerWithinMs }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        if (body.length < longestBody) body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode, body }))
      response.on('error', () => resolve(`${path} breaks off`))
    })
    request.on('timeout', () => request.destroy(new Error('timeout')))
    request.on('error', (error) => resolve(error.message === 'timeout' ? `${path} does not answer` : 'nothing listens yet'))
  })
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function waitingFor(body: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value !== 'object' || value === null || !('waitingFor' in value) || !Array.isArray(value.waitingFor)) return undefined
    return `waits for ${value.waitingFor.join(', ')}`
  } catch {
    return undefined
  }
}
