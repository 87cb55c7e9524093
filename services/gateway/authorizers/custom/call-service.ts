import { Agent, request } from 'undici'
import type { AskAuthorizer } from './call-function.ts'

/** Bytes of an answer; a policy is a few hundred. */
const mostBytes = 64 * 1024

/** An HTTP service that events are posted to. It answers 200 with either form, or 401. */
export function httpService(url: string, mostCalls: number): AskAuthorizer {
  const dispatcher = new Agent({ connections: mostCalls, pipelining: 1, maxResponseSize: mostBytes })
  return {
    async ask(event, timeoutMs) {
      const { statusCode, body } = await request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(event),
        signal: AbortSignal.timeout(timeoutMs),
        dispatcher,
      })
      if (statusCode === 200) return body.json()
      await body.dump()
      throw new Error(statusCode === 401 ? 'Unauthorized' : `the service answers ${statusCode}`)
    },
    close: () => dispatcher.close(),
  }
}
