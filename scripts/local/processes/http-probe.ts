import { get } from 'node:http'

/** Whether a process is ready, and when not, what it waits for, in a few words. */
export type Readiness = { readonly ready: true } | { readonly ready: false; readonly why: string }

const answerWithinMs = 2_000
const longestBody = 16_384

/** Asks an HTTP endpoint of 127.0.0.1: 200 is ready; otherwise the body's `waitingFor` says why not. */
export function probeHttp(port: number, path: string): Promise<Readiness> {
  return new Promise((resolve) => {
    const no = (why: string): void => resolve({ ready: false, why })
    const request = get({ host: '127.0.0.1', port, path, agent: false, timeout: answerWithinMs }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        if (body.length < longestBody) body += chunk
      })
      response.on('end', () =>
        response.statusCode === 200 ? resolve({ ready: true }) : no(waitingFor(body) ?? `${path} answers ${response.statusCode}`),
      )
      response.on('error', () => no(`${path} breaks off`))
    })
    request.on('timeout', () => request.destroy(new Error('timeout')))
    request.on('error', (error) => no(error.message === 'timeout' ? `${path} does not answer` : 'nothing listens yet'))
  })
}

function waitingFor(body: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value !== 'object' || value === null || !('waitingFor' in value) || !Array.isArray(value.waitingFor)) return undefined
    return `waits for ${value.waitingFor.join(', ')}`
  } catch {
    return undefined
  }
}
